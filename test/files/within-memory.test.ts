import { describe, expect, test } from 'vitest';
import type { LoadedModule } from '../../src/domain/application.ts';
import { withinMemory } from '../../src/files/within-memory.ts';

const point = (batchSize: number, memory: { memoryMiB?: number; deviceMemoryMiB?: number } = {}) => ({
  hardware: 'box',
  cores: 1,
  batchSize,
  durationMs: 10 * batchSize,
  ...memory,
});

const module = (points: LoadedModule['points']): LoadedModule => ({
  name: 'm',
  after: [],
  perRequest: 1,
  points,
  model: { name: 'm' },
  measuredOn: {},
});

const sizes = (points: LoadedModule['points'], box: { memoryMiB?: number; deviceMemoryMiB?: number }) => {
  const { modules, leftOut } = withinMemory(
    [module(points)],
    { box: { pricePerHour: 1, ...box } },
    'a.app.yaml',
  );
  return { batches: modules[0]!.points.map(({ batchSize }) => batchSize), leftOut };
};

describe('points within the memory of their machine', () => {
  const points = [point(1, { memoryMiB: 100 }), point(2, { memoryMiB: 200 }), point(4, { memoryMiB: 400 })];

  test('those that fit are planned with, the others are told', () => {
    expect(sizes(points, { memoryMiB: 200 })).toEqual({
      batches: [1, 2],
      leftOut: ['1 of 3 points of "m" needs more memory than a machine has (batch 4: 400 MiB, box has 200)'],
    });
  });

  test('where either side does not say, it fits', () => {
    expect(sizes(points, {})).toEqual({ batches: [1, 2, 4], leftOut: [] });
    expect(sizes([point(1), point(2)], { memoryMiB: 1 })).toEqual({ batches: [1, 2], leftOut: [] });
  });

  test('device memory is its own limit', () => {
    const onDevice = [point(1, { deviceMemoryMiB: 100 }), point(2, { memoryMiB: 10, deviceMemoryMiB: 300 })];
    expect(sizes(onDevice, { memoryMiB: 50, deviceMemoryMiB: 200 })).toEqual({
      batches: [1],
      leftOut: [
        '1 of 2 points of "m" needs more memory than a machine has (batch 2: 300 MiB of device memory, box has 200)',
      ],
    });
  });

  test('where nothing fits there is no plan: exit code 3', () => {
    expect(() => sizes(points, { memoryMiB: 99 })).toThrow(
      expect.objectContaining({
        exitCode: 3,
        message: expect.stringContaining('batch 1: 100 MiB, box has 99'),
      }),
    );
  });
});
