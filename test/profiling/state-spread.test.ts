import { expect, test } from 'vitest';
import { seededRandom } from '../../src/numeric/prng.ts';
import { summarize } from '../../src/numeric/summarize.ts';
import { stateSpread } from '../../src/profiling/state-spread.ts';

const { normal, uniform } = seededRandom(11);

test('a steady measurement states the least spread, of each figure', () => {
  expect(stateSpread(new Array(40).fill(10))).toEqual({ mean: 0.3, p50: 0.3, p95: 0.3, p99: 0.3 });
});

test('a drift is in the spread: no part is further from the whole', () => {
  const drifting = Array.from({ length: 400 }, (_, run) => 10 + run / 100);
  expect(stateSpread(drifting).p50).toBeCloseTo(1.5, 1);
});

test.each([1, 2, 3, 7])('%i runs have one too', (runs) => {
  const { mean } = stateSpread(Array.from({ length: runs }, (_, run) => 10 + run));
  expect(mean).toBeGreaterThanOrEqual(0.3);
});

test.each([
  { name: 'normal noise of 10 %', draw: () => 10 * (1 + 0.1 * Math.max(-3, normal())) },
  { name: 'rare spikes', draw: () => (uniform() < 0.03 ? 30 : 10) * (1 + 0.02 * normal()) },
  { name: 'a skew', draw: () => 10 - 2 * Math.log(1 - uniform()) },
])('$name: two measurements agree within what both state, nearly always', ({ draw }) => {
  const once = () => {
    const durationsMs = Array.from({ length: 100 }, draw);
    return { figures: summarize(durationsMs), spread: stateSpread(durationsMs) };
  };
  const disagreements = { mean: 0, p50: 0, p95: 0 };
  const PAIRS = 500;
  for (let pair = 0; pair < PAIRS; pair++) {
    const [a, b] = [once(), once()];
    for (const figure of ['mean', 'p50', 'p95'] as const) {
      const difference = Math.abs(a.figures[figure] - b.figures[figure]);
      if (difference > a.spread[figure] + b.spread[figure]) disagreements[figure]++;
    }
  }
  for (const count of Object.values(disagreements)) expect(count / PAIRS).toBeLessThan(0.05);
});
