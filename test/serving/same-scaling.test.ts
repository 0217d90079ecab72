/** The contract between the simulator and the daemon where cores follow the deadlines: the same batches, drops and resizes. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startEmulatedWorker } from '../../src/engine/emulated-worker.ts';
import { configureScaling } from '../../src/scaling/configure-scaling.ts';
import { scalingPolicy } from '../../src/scaling/policies.ts';
import { DispatchLoop } from '../../src/serving/dispatch-loop.ts';
import { type Configured, decisionsOf, LASTS_MS, type Request, traffic } from '../scaling/run-scaled.ts';
import { scalablePlan } from '../scaling/scalable-plan.ts';
import { VirtualClock } from './virtual-clock.ts';

async function inDaemon({ setup, scaled }: Configured, requests: readonly Request[]): Promise<string[]> {
  const clock = new VirtualClock();
  clock.install();
  const decisions: string[] = [];
  const nobody = { decided: () => {}, ticked: () => {}, tried: () => {} };
  const loop = new DispatchLoop(
    setup,
    {
      slotsOf: ({ worker, tasks }) => {
        decisions.push(`${worker}: ${tasks.map(({ request }) => request).join(' ')}`);
        return tasks.map(() => 0);
      },
      tasksOf: () => 1,
      keep: () => {},
      end: ({ kind, request }) => decisions.push(`${kind} ${request}`),
    },
    { scaling: { setup: scaled, told: nobody } },
  );
  for (const { id, module, cores } of setup.workers) {
    const { durationsMs } = scaled.modules[module]!.config;
    const worker = startEmulatedWorker({
      durationMs: durationsMs[cores]!,
      durationsByCores: durationsMs,
      outputs: [],
    });
    const resize = async (count: number): Promise<void> => {
      decisions.push(`${id} has ${count}`);
      await worker.resize(count);
    };
    loop.workerUp(id, { ...worker, resize });
  }
  for (const [request, { atMs, deadlineMs }] of requests.entries())
    clock.at(atMs, () => loop.arrive([request], 0, { deadlineMs }));
  for (let atMs = 500; atMs <= LASTS_MS; atMs += 1000) clock.at(atMs, () => loop.tick());
  await clock.run();
  loop.close();
  return decisions;
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('the daemon decides about cores as the simulator does', () => {
  const one = scalablePlan('one', [{ name: 'm', singleMs: 40, sharedMs: 160, sloMs: 600 }]);
  const two = scalablePlan('two', [{ name: 'm', singleMs: 40, sharedMs: 160, sloMs: 600, machines: 2 }]);
  const chain = scalablePlan('chain', [
    { name: 'a', singleMs: 15, sharedMs: 45, sloMs: 300 },
    { name: 'b', singleMs: 20, sharedMs: 90, sloMs: 500, after: ['a'] },
  ]);
  it.each([
    ['one worker', one, 8, 'sponge', 12, 1],
    ['one worker, too few cores', one, 2, 'sponge', 30, 2],
    ['two workers of a module', two, 6, 'sponge', 22, 3],
    ['a chain whose modules share too few cores', chain, 4, 'sponge', 20, 4],
    ['additive decrease', one, 8, 'aimd', 14, 5],
  ] as const)('%s', async (_, plan, poolCores, name, rateRps, seed) => {
    const terms = { mode: 'vertical', policy: scalingPolicy(name, poolCores)!, poolCores } as const;
    const limits = { queueLimit: 50, timerLeadMs: 2, aheadMs: 10 };
    const requests = traffic(rateRps, plan.sloMs, seed);
    const simulated = decisionsOf(configureScaling(plan, limits, terms), requests);
    expect(simulated.filter((text) => text.includes('has')).length).toBeGreaterThan(0);
    expect(await inDaemon(configureScaling(plan, limits, terms), requests)).toEqual(simulated);
  });
});
