import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scalingPolicy } from '../../../src/scaling/policies.ts';
import { CoreMeter } from '../../../src/simulation/scaling/core-meter.ts';
import { networkDelays } from '../../../src/simulation/scaling/network-delays.ts';
import { sentTimes } from '../../../src/simulation/scaling/sent-times.ts';
import { type ScalingSimulation, simulateScaling } from '../../../src/simulation/scaling/simulate-scaling.ts';
import { configOf, MOST_CORES, yoloMs } from '../../scaling/a-model.ts';
import { syntheticBandwidth } from './synthetic-bandwidth.ts';

interface Asked extends Partial<ScalingSimulation> {
  readonly name: string;
  readonly sentMs: Float64Array;
}

/** What became of each request: its latency where it was answered, in ms. */
function run({ name, sentMs, ...asked }: Asked) {
  const ends = new Map<number, number | string>();
  const ended: number[] = [];
  const used = simulateScaling({
    policy: scalingPolicy(name, MOST_CORES)!,
    config: configOf(),
    sentMs,
    delaysMs: sentMs.map(() => 100),
    batchMs: (cores, size) => yoloMs(size, cores),
    firstTickMs: 500,
    coldStartMs: 1000,
    observer: {
      ended(decision, latencyMs) {
        ended.push(decision.request);
        ends.set(decision.request, decision.kind === 'complete' ? latencyMs : decision.kind);
      },
    },
    ...asked,
  });
  return { ends, ended, used };
}

const NAMES = ['sponge', 'sponge-published', 'fa2', 'aimd', 'static:6', 'static:6/plain', 'replicas:3'];

describe('policies in virtual time', () => {
  const traffic = fc
    .array(
      fc.record({ sentMs: fc.integer({ min: 0, max: 8000 }), delayMs: fc.integer({ min: 0, max: 1000 }) }),
      { minLength: 1, maxLength: 120 },
    )
    .map((all) => all.sort((a, b) => a.sentMs - b.sentMs));

  it.each(NAMES)(
    '%s: every request ends once, none before it can, cores are never more than there are',
    (name) => {
      fc.assert(
        fc.property(traffic, fc.integer({ min: 0, max: 999 }), (all, firstTickMs) => {
          const sentMs = Float64Array.from(all, (each) => each.sentMs);
          const delaysMs = Float64Array.from(all, (each) => each.delayMs);
          const { ends, ended, used } = run({ name, sentMs, delaysMs, firstTickMs });
          expect(ended.toSorted((a, b) => a - b)).toEqual(all.map((_, request) => request));
          for (const [request, end] of ends)
            if (typeof end === 'number')
              expect(end).toBeGreaterThan(delaysMs[request]! + yoloMs(1, MOST_CORES) - 1e-6);
          expect(used.coreSeconds).toBeLessThanOrEqual((MOST_CORES * used.endMs) / 1000 + 1e-9);
        }),
        { numRuns: 30 },
      );
    },
  );

  it.each(['sponge', 'static:6', 'aimd'])(
    '%s answers nothing late where durations are exact: it refuses in time',
    (name) => {
      fc.assert(
        fc.property(traffic, (all) => {
          const { ends } = run({
            name,
            sentMs: Float64Array.from(all, (each) => each.sentMs),
            delaysMs: Float64Array.from(all, (each) => each.delayMs),
          });
          for (const end of ends.values()) if (typeof end === 'number') expect(end).toBeLessThanOrEqual(1000);
        }),
        { numRuns: 30 },
      );
    },
  );

  it('fixed cores are charged from the start to the last answer', () => {
    const { ends, used } = run({ name: 'static:6', sentMs: Float64Array.of(0, 5000) });
    expect(ends.get(1)).toBeCloseTo(100 + yoloMs(1, 6), 9);
    expect(used).toMatchObject({ endMs: 5100 + yoloMs(1, 6), resizes: 0 });
    expect(used.coreSeconds).toBeCloseTo((6 * used.endMs) / 1000, 9);
  });

  it('a batch keeps the cores that it started with, and they are charged until it ends', () => {
    // One core less at each tick; each of two batches runs across one.
    const sentMs = Float64Array.of(0, 0, 1000, 1000);
    const { ends, used } = run({ name: 'aimd', sentMs, delaysMs: sentMs.map(() => 450), firstTickMs: 500 });
    const firstMs = yoloMs(1, 16);
    expect(ends.get(0)).toBeCloseTo(450 + firstMs, 9);
    expect(ends.get(2)).toBeCloseTo(450 + yoloMs(1, 15), 9);
    const lastMs = 1450 + yoloMs(1, 15) + yoloMs(1, 14);
    expect(used.endMs).toBeCloseTo(lastMs, 9);
    const until = [450 + firstMs, 1450 + yoloMs(1, 15), lastMs];
    const charged = 16 * until[0]! + 15 * (until[1]! - until[0]!) + 14 * (until[2]! - until[1]!);
    expect(used.coreSeconds).toBeCloseTo(charged / 1000, 9);
  });

  it('the same seed gives the same run', () => {
    const sentMs = sentTimes('burst', 20, 20_000, 3);
    expect(run({ name: 'sponge', sentMs })).toEqual(run({ name: 'sponge', sentMs }));
  });
});

describe('what requests meet', () => {
  it('a burst is a second’s requests soon after its start', () => {
    const times = sentTimes('burst', 20, 10_000, 1);
    expect(times).toHaveLength(200);
    expect([...times]).toEqual([...times].sort((a, b) => a - b));
    const lags = Array.from(times, (timeMs) => timeMs % 1000);
    expect(lags.reduce((sum, ms) => sum + ms, 0) / 200).toBeGreaterThan(35);
    expect(lags.reduce((sum, ms) => sum + ms, 0) / 200).toBeLessThan(65);
  });

  it('the network takes bytes over the bandwidth of the second, begins anew after its end, and ends at a limit', () => {
    const trace = { bytesPerMs: Float64Array.of(1000, 500, 0) };
    const delays = networkDelays(trace, 100_000, Float64Array.of(0, 999, 1000, 2500, 3000), 800);
    expect([...delays]).toEqual([100, 100, 200, 800, 100]);
  });

  it('the trace of the package is what its maker makes', () => {
    const shipped = readFileSync(
      new URL('../../../profiles/synthetic-4g.network.log', import.meta.url),
      'utf8',
    );
    expect(shipped).toBe(syntheticBandwidth());
  });

  it('cores are summed up over time', () => {
    const meter = new CoreMeter(2);
    meter.holds(0, 4, 0);
    meter.holds(1, 1, 1000);
    meter.holds(0, 2, 2000);
    expect(meter.coreSeconds(3000)).toBe(4 * 2 + 2 * 1 + 1 * 2);
  });
});
