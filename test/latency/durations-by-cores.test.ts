import { describe, expect, it } from 'vitest';
import { durationsByCores } from '../../src/latency/durations-by-cores.ts';

const time = (cores: number, batchSize: number, durationMs: number) => ({
  ...{ hardware: 'local', cores, batchSize, durationMs },
  tailMs: durationMs,
});

describe('durations on every number of cores', () => {
  it('are those that were profiled, and between them a/c + b through both', () => {
    // 80/c + 20, and twice that for a batch of two.
    const { leastCores, durationsMs } = durationsByCores(
      [time(1, 1, 100), time(1, 2, 200), time(4, 1, 40), time(4, 2, 80)],
      2,
    );
    expect(leastCores).toBe(1);
    expect(durationsMs.map((ms) => ms.length)).toEqual([3, 3, 3, 3, 3]);
    for (const [cores, size, ms] of [
      [1, 1, 100],
      [2, 1, 60],
      [3, 1, 80 / 3 + 20],
      [4, 1, 40],
      [2, 2, 120],
    ] as const)
      expect(durationsMs[cores]![size]).toBeCloseTo(ms, 9);
  });

  it('begin with the fewest cores that were profiled; fractions of a core count for nothing', () => {
    const { leastCores, durationsMs } = durationsByCores([time(0.5, 1, 90), time(2, 1, 30)], 3);
    expect(leastCores).toBe(2);
    expect(durationsMs).toHaveLength(3);
    expect([...durationsMs[2]!]).toEqual([0, 30, 60, 90]);
  });
});
