/** At the planned rate the daemon does what the plan says: batch sizes, shares of the ranks, and the worst case. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { FeasiblePlan } from '../../src/domain/plan.ts';
import { startEmulatedWorker } from '../../src/engine/emulated-worker.ts';
import { allocationDurations } from '../../src/latency/allocation-durations.ts';
import { planOptimal } from '../../src/planning/optimal/plan-optimal.ts';
import { configurePolicy } from '../../src/policy/configure-policy.ts';
import { DispatchLoop } from '../../src/serving/dispatch-loop.ts';
import { arrivalTimes } from '../../src/simulation/arrivals/arrival-times.ts';
import { M3, problemOf } from '../planning/problems.ts';
import { VirtualClock } from './virtual-clock.ts';

interface Served {
  readonly inTime: number;
  readonly maxMs: number;
  /** By module and rank. */
  readonly ranks: readonly (readonly { readonly share: number; readonly meanBatch: number }[])[];
}

/** The daemon's own dispatching with emulated engines, in virtual time. */
async function serve(plan: FeasiblePlan, kind: 'uniform' | 'poisson', requests: number): Promise<Served> {
  const clock = new VirtualClock();
  clock.install();
  const setup = configurePolicy(plan, { queueLimit: 10_000, timerLeadMs: 2, aheadMs: 10 });
  const sentMs: number[] = [];
  const counts = plan.modules.map(({ allocations }) => allocations.map(() => ({ batches: 0, tasks: 0 })));
  let inTime = 0;
  let maxMs = 0;
  const loop = new DispatchLoop(setup, {
    slotsOf: ({ module, worker, tasks }) => {
      const count = counts[module]![setup.workers[worker]!.type]!;
      count.batches += 1;
      count.tasks += tasks.length;
      return tasks.map(() => 0);
    },
    tasksOf: () => 1,
    keep: () => {},
    end: ({ kind: how, request }) => {
      const latencyMs = clock.nowMs - sentMs[request]!;
      if (how !== 'complete') return;
      maxMs = Math.max(maxMs, latencyMs);
      if (latencyMs <= plan.sloMs * (1 + 1e-9)) inTime += 1;
    },
  });
  for (const { id, module, type } of setup.workers) {
    const { durationMs } = allocationDurations(plan.modules[module]!, type);
    loop.workerUp(id, startEmulatedWorker({ durationMs, outputs: [] }));
  }
  const next = arrivalTimes({ kind }, plan.rateRps, 1);
  for (let request = 0; request < requests; request++) {
    const timeMs = next();
    sentMs.push(timeMs);
    clock.at(timeMs, () => loop.arrive([request], 0, { deadlineMs: timeMs + plan.sloMs }));
  }
  await clock.run();
  loop.close();
  const ranks = counts.map((ofRanks) => {
    const total = ofRanks.reduce((sum, { tasks }) => sum + tasks, 0);
    return ofRanks.map(({ batches, tasks }) => ({ share: tasks / total, meanBatch: tasks / batches }));
  });
  return { inTime: inTime / requests, maxMs, ranks };
}

function planFor(sketch: Parameters<typeof problemOf>[0]): FeasiblePlan {
  const plan = planOptimal(problemOf(sketch));
  if (!plan.feasible) throw new Error(plan.reason.message);
  return plan;
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const cases: [sentence: string, plan: FeasiblePlan][] = [
  ['one rank', planFor({ rateRps: 198, sloMs: 1000, modules: { m: { points: M3 } } })],
  ['several ranks', planFor({ rateRps: 230, sloMs: 1000, billing: 'whole', modules: { m: { points: M3 } } })],
  [
    'a chain',
    planFor({ rateRps: 120, sloMs: 2200, modules: { a: { points: M3 }, b: { points: M3, after: ['a'] } } }),
  ],
];

describe('evenly spaced requests', () => {
  it.each(cases)('%s: full batches, the planned shares, and the worst case', async (_, plan) => {
    const { inTime, maxMs, ranks } = await serve(plan, 'uniform', 3000);
    expect(inTime).toBe(1);
    // The time that a timer may ring late is left beside the planned worst case.
    expect(maxMs).toBeLessThanOrEqual(plan.sloMs);
    for (const [module, { allocations, rateRps }] of plan.modules.entries()) {
      for (const [rank, { batchSize, rateRps: planned }] of allocations.entries()) {
        const { share, meanBatch } = ranks[module]![rank]!;
        // The last rank takes what the others leave, and what was padding in the plan.
        const isLast = rank === allocations.length - 1;
        if (!isLast) expect(share).toBeCloseTo(planned / rateRps, 1);
        expect(meanBatch).toBeGreaterThan(isLast ? 0.6 * batchSize : 0.95 * batchSize);
      }
    }
  });
});

describe('Poisson arrivals', () => {
  it.each(cases)('%s: batches stay near the planned sizes', async (_, plan) => {
    const { inTime, ranks } = await serve(plan, 'poisson', 3000);
    expect(inTime).toBeGreaterThan(0.9);
    for (const [module, { allocations }] of plan.modules.entries()) {
      expect(ranks[module]![0]!.meanBatch).toBeGreaterThan(0.75 * allocations[0]!.batchSize);
    }
  });
});
