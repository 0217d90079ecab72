import { describe, expect, test } from 'vitest';
import { HarpError } from '../../src/domain/errors.ts';
import type { MeasurePoint, PointConfig, PointOutcome } from '../../src/profiling/measure-point.ts';
import { planSweep } from '../../src/profiling/plan-sweep.ts';
import { sweep } from '../../src/profiling/sweep.ts';

const point = (cores: number, batchSize: number): PointConfig => ({ cores, batchSize });
const skipped = (reason: string): PointOutcome => ({ kind: 'skipped', reason });

describe('planning a sweep', () => {
  test('a free batch axis allows the whole grid, few cores first', () => {
    expect(planSweep([1, 8], [1, 2], { kind: 'symbolic', name: 'batch' })).toEqual({
      points: [point(1, 1), point(1, 8), point(2, 1), point(2, 8)],
      impossible: [],
      reason: undefined,
    });
  });

  test('a fixed batch axis allows its own size only, asked for or not', () => {
    expect(planSweep([1, 8], [2], { kind: 'fixed', size: 4, reason: 'input "x" has shape [4, 3]' })).toEqual({
      points: [point(2, 4)],
      impossible: [point(2, 1), point(2, 8)],
      reason: 'the model only runs batches of 4, since input "x" has shape [4, 3]',
    });
  });

  test('no batch axis means batches of one, and no complaint where nothing else was asked for', () => {
    const { points, reason } = planSweep([1], [1], { kind: 'none', reason: 'input "x" is a scalar' });
    expect({ points, reason }).toEqual({ points: [point(1, 1)], reason: undefined });
  });
});

describe('a sweep', () => {
  const points = [point(1, 1), point(1, 2), point(1, 4)];

  /** Runs a sweep and tells what it told, and how it ended. */
  async function run(measure: MeasurePoint, signal = new AbortController().signal) {
    const told: string[] = [];
    const left = [...points];
    const end = await sweep(() => left.shift(), measure, signal, {
      onStart: ({ batchSize }, index) => told.push(`start ${batchSize} (${index})`),
      onOutcome: ({ batchSize }, outcome) => told.push(`${outcome.kind} ${batchSize}`),
    }).then(
      () => 'done',
      (error: Error) => error.message,
    );
    return { told, end };
  }

  test('measures one point after the other and tells each at once', async () => {
    let running = 0;
    const { told, end } = await run(async () => {
      expect(++running).toBe(1);
      await Promise.resolve();
      running--;
      return skipped('a fake');
    });
    expect(told).toEqual([
      'start 1 (0)',
      'skipped 1',
      'start 2 (1)',
      'skipped 2',
      'start 4 (2)',
      'skipped 4',
    ]);
    expect(end).toBe('done');
  });

  test('goes on after a point that could not be measured', async () => {
    const { told } = await run(async ({ batchSize }) => skipped(`no memory for ${batchSize}`));
    expect(told.filter((line) => line.startsWith('skipped'))).toHaveLength(3);
  });

  test('ends at what holds for every point, keeping what was told', async () => {
    const { told, end } = await run(async ({ batchSize }) => {
      if (batchSize === 2) throw new HarpError('missing-capability', 'no such provider');
      return skipped('a fake');
    });
    expect(told).toEqual(['start 1 (0)', 'skipped 1', 'start 2 (1)']);
    expect(end).toBe('no such provider');
  });

  test('starts nothing more once it is aborted', async () => {
    const controller = new AbortController();
    const { told, end } = await run(async () => {
      controller.abort(new HarpError('interrupted', 'interrupted'));
      return skipped('a fake');
    }, controller.signal);
    expect(told).toEqual(['start 1 (0)', 'skipped 1']);
    expect(end).toBe('interrupted');
  });
});
