/** Cores that follow the deadlines in a daemon over real HTTP, with the emulated engine. */
import { afterEach, describe, expect, it } from 'vitest';
import { startEmulatedWorker } from '../../src/engine/emulated-worker.ts';
import { scalingConfig } from '../../src/scaling/configure-scaling.ts';
import type { ScalingPolicy } from '../../src/scaling/scaling-policy.ts';
import { type Daemon, startDaemon } from '../../src/serving/daemon.ts';
import { scalablePlan } from '../scaling/scalable-plan.ts';
import { emulatedOptions } from './emulated-options.ts';

const POOL = 4;
const plan = scalablePlan('app', [{ name: 'm', singleMs: 5, sharedMs: 20, sloMs: 600 }]);
const BODY = JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [1, 2] }] });

/** One core until there is something to do, then all. */
const allAtOnce: ScalingPolicy = {
  dispatch: 'eager',
  start: () => ({ instances: 1, cores: 1, batchSize: 4 }),
  scaler: () => ({
    beforeDispatch: ({ current }) => ({ ...current, cores: POOL, feasible: true, reason: 'deadlines' }),
  }),
};

let daemon: Daemon;
afterEach(() => daemon.stop());

async function start(mode: 'advisory' | 'vertical', resize?: () => Promise<void>): Promise<string[]> {
  const events: string[] = [];
  const { durationsMs } = scalingConfig(plan.modules[0]!, POOL);
  daemon = await startDaemon(
    plan,
    emulatedOptions({
      scaling: { mode, policy: allAtOnce, poolCores: POOL },
      startWorker: ({ outputs }) => {
        const worker = startEmulatedWorker({
          durationMs: durationsMs[1]!,
          durationsByCores: durationsMs,
          outputs,
        });
        return resize ? { ...worker, resize } : worker;
      },
      onEvent: (text) => events.push(text),
    }),
  );
  return events;
}

const infer = async (headers: Record<string, string> = {}) => {
  const response = await fetch(`${daemon.url}/v2/models/app/infer`, { method: 'POST', body: BODY, headers });
  const { parameters } = (await response.json()) as { parameters?: { compute_ms: number } };
  return { status: response.status, computeMs: parameters?.compute_ms };
};
const metrics = async (): Promise<string> => (await fetch(`${daemon.url}/metrics`)).text();

describe('harp serve with cores that follow the deadlines', () => {
  it('has the cores in force before the batch that needs them, and tells so everywhere', async () => {
    const events = await start('vertical');
    expect(await metrics()).toMatch(/harp_worker_cores\{module="m",worker="0"\} 1\n/);
    expect(await infer()).toEqual({ status: 200, computeMs: 5 + 20 / POOL });
    const text = await metrics();
    expect(text).toMatch(/harp_worker_cores\{module="m",worker="0"\} 4\n/);
    expect(text).toMatch(/harp_cores\{module="m"\} 4\n/);
    expect(text).toMatch(/harp_resizes_total\{module="m",worker="0",direction="up"\} 1\n/);
    expect(text).toMatch(/harp_scaling_decision\{module="m",reason="deadlines"\} 4\n/);
    expect(text).toMatch(/harp_resize_duration_ms_count\{module="m"\} 1\n/);
    const live = (await (await fetch(`${daemon.url}/live`)).json()) as { workers: { cores: number }[] };
    expect(live.workers[0]!.cores).toBe(4);
    expect(events).toEqual([
      'cores of m 1 → 4: deadlines need more than the rate does',
      expect.stringMatching(/^worker 0 \(m\) has 4 cores, [\d.]+ ms after the decision$/),
    ]);
  });

  it('takes the budget of a request from it, and refuses what all cores together could not do', async () => {
    await start('vertical');
    expect((await infer({ 'X-Request-Timeout-Ms': '8' })).status).toBe(429);
    expect((await infer({ 'X-Request-Timeout-Ms': '200' })).status).toBe(200);
  });

  it('as advice leaves cores alone', async () => {
    await start('advisory');
    expect(await infer()).toEqual({ status: 200, computeMs: 25 });
    expect(await metrics()).toMatch(/harp_worker_cores\{module="m",worker="0"\} 1\n/);
  });

  it('serves on with what it has where cores cannot be changed, and says why', async () => {
    const events = await start('vertical', async () => {
      throw new Error('not allowed');
    });
    expect((await infer()).status).toBe(200);
    expect(events).toContain('worker 0 (m) keeps its 1 core, 4 could not be had: not allowed');
    const text = await metrics();
    expect(text).toMatch(/harp_worker_cores\{module="m",worker="0"\} 1\n/);
    expect(text).toMatch(/direction="failed"\} 1\n/);
  });
});
