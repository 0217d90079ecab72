/** The contract between the simulator and the daemon: the same arrivals, the same batches in the same order, the same drops. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { FeasiblePlan } from '../../src/domain/plan.ts';
import { startEmulatedWorker } from '../../src/engine/emulated-worker.ts';
import { allocationDurations } from '../../src/latency/allocation-durations.ts';
import { configurePolicy, type PolicySetup } from '../../src/policy/configure-policy.ts';
import { DispatchLoop } from '../../src/serving/dispatch-loop.ts';
import type { BatchCarrier } from '../../src/serving/dispatch-ports.ts';
import { arrivalTimes } from '../../src/simulation/arrivals/arrival-times.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { firstOf } from '../../src/simulation/simulate-plan.ts';
import { planOf } from '../plan-of.ts';
import { VirtualClock } from './virtual-clock.ts';

/** One batch or one end of a request, as text. */
type Decisions = string[];

const durationsOf = (plan: FeasiblePlan, setup: PolicySetup): Float64Array[] =>
  setup.workers.map(({ module, type }) => allocationDurations(plan.modules[module]!, type).durationMs);

const batch = ({ module, worker, tasks, reason }: Parameters<BatchCarrier['slotsOf']>[0]): string =>
  `${module}/${worker} ${reason}: ${tasks.map(({ request, stage }) => `${request}.${stage}`).join(' ')}`;

async function inDaemon(plan: FeasiblePlan, setup: PolicySetup, arrivalsMs: number[]): Promise<Decisions> {
  const clock = new VirtualClock();
  clock.install();
  const decisions: Decisions = [];
  const loop = new DispatchLoop(setup, {
    slotsOf: (start) => {
      decisions.push(batch(start));
      return start.tasks.map(() => 0);
    },
    tasksOf: () => 1,
    keep: () => {},
    end: ({ kind, request }) => decisions.push(`${kind} ${request}`),
  });
  const durations = durationsOf(plan, setup);
  for (const { id } of setup.workers) {
    loop.workerUp(id, startEmulatedWorker({ durationMs: durations[id]!, outputs: [] }));
  }
  arrivalsMs.forEach((timeMs, request) => {
    clock.at(timeMs, () => loop.arrive([request], 0, { deadlineMs: timeMs + plan.sloMs }));
  });
  await clock.run();
  loop.close();
  return decisions;
}

function inSimulator(plan: FeasiblePlan, setup: PolicySetup, arrivalsMs: number[]): Decisions {
  const decisions: Decisions = [];
  const durations = durationsOf(plan, setup);
  let next = 0;
  simulate({
    setup,
    sloMs: plan.sloMs,
    nextSentMs: () => arrivalsMs[next++] ?? Number.POSITIVE_INFINITY,
    batchMs: (worker, size) => durations[worker]![size]!,
    observer: {
      started: (start) => decisions.push(batch(start)),
      ended: ({ kind, request }) => decisions.push(`${kind} ${request}`),
    },
  });
  return decisions;
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('the simulator decides as the daemon does', () => {
  const one = planOf('one', [
    { name: 'm', batchSize: 8, durationMs: 40, singleMs: 13, machines: 2, budgetMs: 110 },
  ]);
  const chain = planOf('chain', [
    { name: 'a', batchSize: 4, durationMs: 21, singleMs: 9, machines: 1, budgetMs: 60 },
    { name: 'b', batchSize: 8, durationMs: 33, singleMs: 12, machines: 2, budgetMs: 90, after: ['a'] },
  ]);
  const joined = planOf('joined', [
    { name: 'a', batchSize: 4, durationMs: 14, singleMs: 7, machines: 1, budgetMs: 50 },
    { name: 'b', batchSize: 4, durationMs: 19, singleMs: 8, machines: 1, budgetMs: 60, after: ['a'] },
    { name: 'c', batchSize: 2, durationMs: 11, singleMs: 7, machines: 2, budgetMs: 45, after: ['a'] },
    { name: 'd', batchSize: 8, durationMs: 30, singleMs: 10, machines: 1, budgetMs: 80, after: ['b', 'c'] },
  ]);
  const cases: [sentence: string, plan: FeasiblePlan, rateRps: number, seed: number, aheadMs?: number][] = [
    ['one module with time to spare', one, 150, 1],
    ['one module near its limit', one, 380, 2],
    ['one module at twice what it can do', one, 800, 3],
    ['one module that is handed batches ahead', one, 800, 8, 10],
    ['a chain that is handed batches ahead', chain, 400, 9, 10],
    ['a chain', chain, 150, 4],
    ['a chain at twice what it can do', chain, 400, 5],
    ['a join', joined, 120, 6],
    ['a join at twice what it can do', joined, 420, 7],
  ];
  it.each(cases)('%s', async (_, plan, rateRps, seed, aheadMs = 0) => {
    const next = firstOf(400, arrivalTimes({ kind: 'poisson' }, rateRps, seed));
    const arrivalsMs: number[] = [];
    for (let timeMs = next(); timeMs < Number.POSITIVE_INFINITY; timeMs = next()) arrivalsMs.push(timeMs);
    const setup = configurePolicy(plan, { queueLimit: 30, timerLeadMs: 2, aheadMs });
    const simulated = inSimulator(plan, setup, arrivalsMs);
    expect(simulated.length).toBeGreaterThan(400);
    expect(await inDaemon(plan, setup, arrivalsMs)).toEqual(simulated);
  });
});
