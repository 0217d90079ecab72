/** Sweeps over fake engines whose durations are known: how few points are measured, and how far off the others come out. */
import { describe, expect, test } from 'vitest';
import { chooseNextPoint, isSame, predictRest, type Sweep } from '../../src/latency/choose-next-point.ts';
import type { GridPoint, KnownPoint } from '../../src/latency/predict-durations.ts';
import { seededRandom } from '../../src/numeric/prng.ts';

const SIZES = [1, 2, 4, 8, 16, 32, 64, 128];
const grid = (cores: readonly number[], sizes = SIZES): GridPoint[] =>
  cores.flatMap((count) => sizes.map((batchSize) => ({ cores: count, batchSize })));

interface Engine {
  readonly points: readonly GridPoint[];
  readonly durationMs: (b: number, c: number) => number;
  /** Relative standard deviation of what is measured. */
  readonly noise?: number;
  readonly fails?: (point: GridPoint) => boolean;
}

/** Measures what is chosen until that suffices. */
function sweep({ points, durationMs, noise = 0.01, fails = () => false }: Engine, seed = 5) {
  const { normal } = seededRandom(seed);
  const known: KnownPoint[] = [];
  const failed: GridPoint[] = [];
  const state: Sweep<GridPoint> = { grid: points, known, failed };
  for (let next = chooseNextPoint(state); next !== undefined; next = chooseNextPoint(state)) {
    expect([...known, ...failed].some((other) => isSame(other, next!))).toBe(false);
    const trueMs = durationMs(next.batchSize, next.cores);
    if (fails(next)) failed.push(next);
    else
      known.push({
        ...next,
        durationMs: trueMs * (1 + noise * normal()),
        spreadMs: trueMs * Math.max(0.03, 2 * noise),
      });
  }
  const rest = predictRest(state).map(({ point, prediction }) => {
    const trueMs = durationMs(point.batchSize, point.cores);
    return {
      point,
      error: Math.abs(prediction.durationMs / trueMs - 1),
      isWithin: Math.abs(prediction.durationMs - trueMs) <= prediction.spreadMs,
    };
  });
  return { known, failed, rest };
}

describe('few points suffice where the durations have a form', () => {
  test.each<{ name: string; engine: Engine; most: number; error: number }>([
    {
      name: 'in proportion to the batch, on 1 and 2 cores',
      engine: { points: grid([1, 2]), durationMs: (b, c) => (7 * b) / c + 0.5 },
      most: 11,
      error: 0.06,
    },
    {
      name: "Sponge's form, on 1 to 8 cores",
      engine: { points: grid([1, 2, 4, 8]), durationMs: (b, c) => (3 * b + 20) / c + 0.5 * b + 2 },
      most: 16,
      error: 0.06,
    },
    {
      name: 'mostly overhead',
      engine: { points: grid([1, 2, 4, 8]), durationMs: (b, c) => 50 / c + 10 + 0.5 * b },
      most: 16,
      error: 0.06,
    },
    {
      name: 'noise of 4 %',
      engine: { points: grid([1, 2, 4, 8]), durationMs: (b, c) => (7 * b) / c + 0.5 + 2 * b, noise: 0.04 },
      most: 30,
      error: 0.15,
    },
  ])('$name', ({ engine, most, error }) => {
    for (let seed = 1; seed <= 10; seed++) {
      const { known, rest } = sweep(engine, seed);
      expect(known.length).toBeLessThanOrEqual(most);
      expect(known.length + rest.length).toBe(engine.points.length);
      expect(Math.max(...rest.map((point) => point.error))).toBeLessThan(error);
    }
  });
});

test('a step that no form has is found: what is not measured is within its stated spread, nearly always', () => {
  let outside = 0;
  let predicted = 0;
  for (let step = 2; step <= 64; step *= 2) {
    for (let seed = 1; seed <= 5; seed++) {
      const { rest } = sweep(
        { points: grid([1, 2, 4]), durationMs: (b, c) => ((7 * b) / c + 0.5) * (b >= step ? 1.25 : 1) },
        seed,
      );
      predicted += rest.length;
      outside += rest.filter(({ isWithin }) => !isWithin).length;
    }
  }
  expect(predicted).toBeGreaterThan(0);
  expect(outside / predicted).toBeLessThan(0.1);
});

test('points that plans cannot want need not be known: their throughput is surely below that of a smaller batch', () => {
  const collapsing = { points: grid([1]), durationMs: (b: number) => (b > 16 ? 20 * b * b : 7 * b) };
  const { known } = sweep(collapsing);
  expect(known.some(({ batchSize }) => batchSize === 64)).toBe(false);
});

test('the best throughput of every number of cores is measured', () => {
  const { known, rest } = sweep({
    points: grid([1, 2, 4]),
    durationMs: (b, c) => ((7 * b) / c + 20) * (1 + b / 200),
  });
  for (const cores of [1, 2, 4]) {
    const all = [...known, ...rest.map(({ point }) => point)].filter((point) => point.cores === cores);
    const rate = ({ batchSize }: GridPoint) =>
      batchSize / (((7 * batchSize) / cores + 20) * (1 + batchSize / 200));
    const best = all.reduce((a, b) => (rate(b) > rate(a) * 1.08 ? b : a));
    expect(known.some((point) => isSame(point, best) || rate(point) > rate(best) * 0.92)).toBe(true);
  }
});

test('nothing is predicted of batches as large as one that failed: they are tried', () => {
  const engine = { points: grid([1, 2]), durationMs: (b: number, c: number) => (7 * b) / c + 1 };
  const { failed, rest, known } = sweep({ ...engine, fails: ({ batchSize }) => batchSize >= 64 });
  expect(failed).toHaveLength(4);
  expect(rest.every(({ point }) => point.batchSize < 64)).toBe(true);
  expect(known.length + rest.length).toBe(12);
});

test.each([
  { name: 'one point', points: grid([1], [4]) },
  { name: 'two', points: grid([1], [1, 2]) },
  { name: 'a square', points: grid([1, 2], [1, 2]) },
])('$name: all of it is measured', ({ points }) => {
  expect(sweep({ points, durationMs: (b, c) => b / c }).known).toHaveLength(points.length);
});

test('where every point fails, every point is tried and nothing is predicted', () => {
  const { failed, rest } = sweep({ points: grid([1, 2]), durationMs: () => 1, fails: () => true });
  expect({ failed: failed.length, rest }).toEqual({ failed: 16, rest: [] });
});
