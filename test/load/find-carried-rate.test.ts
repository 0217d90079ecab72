import { describe, expect, it } from 'vitest';
import type { LoadResult } from '../../src/domain/load.ts';
import { findCarriedRate, type SearchProgress } from '../../src/load/find-carried-rate.ts';

/** @param attainmentAt by rate and by number of the run, from 0 */
async function search(attainmentAt: (rateRps: number, run: number) => number, startRps = 50) {
  let runs = 0;
  const progress: SearchProgress[] = [];
  const result = await findCarriedRate(
    async (rateRps) =>
      ({
        rateRps,
        attainment: attainmentAt(rateRps, runs++),
        goodputRps: 0,
        warnings: [],
      }) as unknown as LoadResult,
    0.99,
    startRps,
    { signal: new AbortController().signal, onTried: (_, how) => progress.push(how) },
  );
  return { ...result, carried: result.carried!, progress };
}

describe('the rate that a server carries', () => {
  it('is the highest that held, where results fall with the rate', async () => {
    const { carried, rateRps, warnings } = await search((rate) => (rate <= 80 ? 1 : 0.5));
    expect(carried.rateRps).toBeGreaterThan(78);
    expect(carried.rateRps).toBeLessThanOrEqual(80);
    expect([rateRps, carried.isNoisy, warnings]).toEqual([carried.rateRps, false, []]);
  });

  it('has no failure below it: what holds above one is told as noise, and ends the search', async () => {
    // One bad run at first: the limit is 80, but 50 did not hold.
    const { carried, warnings, progress } = await search((rate, run) => (rate <= 80 && run > 0 ? 1 : 0.5));
    const failed = carried.tried.filter(({ attainment }) => attainment < 0.99).map((tried) => tried.rateRps);
    expect(carried.rateRps).toBeLessThan(Math.min(...failed));
    expect(carried.isNoisy).toBe(true);
    expect(warnings).toEqual([
      expect.stringMatching(/^50\.0\/s did not hold, but 5\d\.\d\/s did: .*--duration/),
    ]);
    expect(progress.length).toBeLessThan(8);
  });

  it('is none where not even the lowest held', async () => {
    const { carried, rateRps } = await search(() => 0);
    expect(carried).not.toHaveProperty('rateRps');
    expect(rateRps).toBe(Math.min(...carried.tried.map((tried) => tried.rateRps)));
  });

  it('comes with how many runs are left: in the end as many as there are', async () => {
    const { progress } = await search((rate) => (rate <= 80 ? 1 : 0.5));
    const left = progress.map(({ runs }) => progress.length - runs);
    expect(progress.map(({ runs }) => runs)).toEqual(progress.map((_, index) => index + 1));
    expect(progress.slice(-5).map(({ runsLeft }) => runsLeft)).toEqual(left.slice(-5));
    expect(Math.max(...progress.map(({ runs, runsLeft }) => runs + runsLeft))).toBeLessThan(20);
  });
});
