import { describe, expect, test } from 'vitest';
import { check } from '../../src/domain/check.ts';
import { profileSchema } from '../../src/domain/profile.ts';
import { buildProfile } from '../../src/profiling/build-profile.ts';
import { HEADER, measured, skipped } from './a-profile.ts';

const at = (cores: number, batchSize: number) => ({ cores, batchSize });

describe('building a profile', () => {
  test('a point carries the chosen statistic, the evidence, and what it gives in requests a second', () => {
    const { points } = buildProfile(HEADER, [{ config: at(2, 4), outcome: measured(10) }]);
    expect(points).toEqual([
      {
        hardware: 'local',
        cores: 2,
        batchSize: 4,
        durationMs: 20,
        latencyMs: { mean: 10, p50: 10, p95: 20, p99: 30, min: 5, max: 40, stddev: 1 },
        spreadMs: { mean: 1, p50: 1, p95: 2, p99: 10 },
        runs: 20,
        stable: true,
        throughputRps: 400,
        memoryMiB: 100,
        otherLoad: 0.25,
      },
    ]);
  });

  test.each([
    { statistic: 'mean', durationMs: 10 },
    { statistic: 'p50', durationMs: 10 },
    { statistic: 'p95', durationMs: 20 },
    { statistic: 'p99', durationMs: 30 },
  ] as const)('$statistic is the duration where it is chosen', ({ statistic, durationMs }) => {
    const { points } = buildProfile({ ...HEADER, statistic }, [{ config: at(1, 1), outcome: measured(10) }]);
    expect(points[0]!.durationMs).toBe(durationMs);
  });

  test('points come in order, skipped ones apart', () => {
    const { points, skipped: skips } = buildProfile(HEADER, [
      { config: at(2, 1), outcome: measured(1) },
      { config: at(1, 8), outcome: skipped('no memory') },
      { config: at(1, 4), outcome: measured(3) },
      { config: at(1, 1), outcome: measured(2) },
    ]);
    expect(points.map(({ cores, batchSize }) => [cores, batchSize])).toEqual([
      [1, 1],
      [1, 4],
      [2, 1],
    ]);
    expect(skips).toEqual([{ hardware: 'local', cores: 1, batchSize: 8, reason: 'no memory' }]);
  });

  test('a later outcome replaces an earlier one of the same configuration, also where it was skipped', () => {
    const { points, skipped: skips } = buildProfile(HEADER, [
      { config: at(1, 1), outcome: skipped('killed') },
      { config: at(1, 2), outcome: measured(9, false) },
      { config: at(1, 1), outcome: measured(1) },
      { config: at(1, 2), outcome: measured(2) },
    ]);
    expect(points.map(({ durationMs, stable }) => [durationMs, stable])).toEqual([
      [2, true],
      [4, true],
    ]);
    expect(skips).toEqual([]);
  });

  test('a predicted point is marked, stands in its place, and takes the memory of a larger one', () => {
    const figures = { mean: 8, p50: 7, p95: 9, p99: 10 };
    const spreadMs = { mean: 1, p50: 1, p95: 1, p99: 1 };
    const { points, fit } = buildProfile(
      HEADER,
      [1, 4].map((batchSize) => ({ config: at(1, batchSize), outcome: measured(batchSize) })),
      [{ config: at(1, 2), durationMs: figures, spreadMs }],
    );
    expect(points.map(({ batchSize }) => batchSize)).toEqual([1, 2, 4]);
    expect(points[1]).toEqual({
      hardware: 'local',
      cores: 1,
      batchSize: 2,
      durationMs: 9,
      predicted: true,
      predictedMs: figures,
      spreadMs,
      throughputRps: 250,
      memoryMiB: 100,
    });
    expect(fit!.points).toBe(2);
  });

  test('the fit is of the chosen statistic, and absent where there are too few points', () => {
    const grid = [1, 2, 4].flatMap((b) =>
      [1, 2].map((c) => ({ config: at(c, b), outcome: measured((3 * b) / c + 1) })),
    );
    expect(buildProfile(HEADER, grid).fit).toMatchObject({ statistic: 'p95', points: 6 });
    expect(buildProfile(HEADER, grid).fit!.gamma).toBeCloseTo(6, 9);
    expect(buildProfile(HEADER, grid.slice(0, 1))).not.toHaveProperty('fit');
  });

  test('what it builds satisfies the schema of profiles', () => {
    const profile = buildProfile(HEADER, [{ config: at(1, 1), outcome: measured(10) }]);
    expect(check(profileSchema, JSON.parse(JSON.stringify(profile)), 'profile')).toEqual(profile);
  });
});
