import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/numeric/prng.ts';
import { isSettled } from '../../src/profiling/settling.ts';

const { normal, uniform } = seededRandom(7);

/** 200 durations around 10 ms with 2 % of noise, shaped by what happens at each share (0..1) of the measurement. */
const series = (shape: (share: number, run: number) => number): number[] =>
  Array.from({ length: 200 }, (_, run) => 10 * shape(run / 200, run) * (1 + 0.02 * normal()));

describe('settled', () => {
  test.each([
    { name: 'steady', durations: series(() => 1) },
    { name: 'noisy, 10 % either way', durations: series(() => 1 + 0.1 * normal()) },
    { name: 'rare spikes of ten times', durations: series(() => (uniform() < 0.02 ? 10 : 1)) },
    { name: 'two modes in turns', durations: series((_, run) => (run % 2 === 0 ? 1 : 2)) },
    {
      name: 'slow in the first quarter, as a cold cache is',
      durations: series((share) => (share < 0.24 ? 2 : 1)),
    },
    { name: 'a drift of 3 %', durations: series((share) => 1 + 0.03 * share) },
    { name: 'no noise at all, eight runs', durations: new Array(8).fill(5) },
  ])('$name', ({ durations }) => {
    expect(isSettled(durations)).toBe(true);
  });
});

describe('not settled', () => {
  test.each([
    { name: 'a drift of 20 % upwards', durations: series((share) => 1 + 0.2 * share) },
    { name: 'a drift of 20 % downwards', durations: series((share) => 1.2 - 0.2 * share) },
    {
      name: 'a step in the middle, as another process makes',
      durations: series((share) => (share < 0.5 ? 1 : 1.3)),
    },
    { name: 'a step near the end', durations: series((share) => (share < 0.8 ? 1 : 1.3)) },
    {
      name: 'a stretch of the other mode',
      durations: series((share) => (share > 0.5 && share < 0.75 ? 2 : 1)),
    },
    { name: 'too few runs to tell', durations: new Array(7).fill(5) },
    { name: 'no runs', durations: [] },
  ])('$name', ({ durations }) => {
    expect(isSettled(durations)).toBe(false);
  });
});
