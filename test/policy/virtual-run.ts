/** Runs a policy in virtual time with exact durations, and checks at every step what must always hold. */
import { expect } from 'vitest';
import { step } from '../../src/policy/application-policy.ts';
import type { PolicySetup } from '../../src/policy/configure-policy.ts';
import type { Decision, PolicyEvent } from '../../src/policy/events.ts';
import { createPolicy } from '../../src/policy/policy-state.ts';

export interface Arrival {
  readonly timeMs: number;
  readonly deadlineMs: number;
  readonly route?: number;
  readonly priority?: number;
}

export interface Ended {
  readonly kind: 'complete' | 'shed' | 'expire' | 'fail';
  readonly timeMs: number;
}

/** Requests that no batch survives: the engine refuses it, or its worker is lost, and is back after a while. */
export interface Guilty {
  readonly requests: ReadonlySet<number>;
  readonly end: 'failed' | 'down';
}

const RESTART_MS = 5;

export interface VirtualRun {
  readonly ends: Map<number, Ended>;
  readonly batches: { readonly worker: number; readonly timeMs: number; readonly requests: number[] }[];
  readonly decisions: Decision[];
}

type Timed = { timeMs: number; order: number; event: PolicyEvent };

/**
 * @param durationMs of a batch of `size` on a worker
 * @param extra worker losses and the like, at given times
 * @param guilty at any module
 * @param tasksOf a stage that splits
 */
export function runVirtually(
  setup: PolicySetup,
  arrivals: readonly Arrival[],
  durationMs: (worker: number, size: number) => number,
  extra: readonly { timeMs: number; event: PolicyEvent }[] = [],
  guilty?: Guilty,
  tasksOf: (request: number, stage: number) => number = () => 1,
): VirtualRun {
  const state = createPolicy(setup.config);
  const run: VirtualRun = { ends: new Map(), batches: [], decisions: [] };
  const busy = new Map<number, number>();
  let order = 0;
  let timer: Timed | undefined;
  const events: Timed[] = [
    ...setup.workers.map(({ id, module }) => ({
      timeMs: 0,
      event: { kind: 'up', module, worker: id } as PolicyEvent,
    })),
    ...arrivals.map(({ timeMs, deadlineMs, priority, route = 0 }, request) => ({
      timeMs,
      event: { kind: 'arrival', requests: [request], route, deadlineMs, priority } as PolicyEvent,
    })),
    ...extra,
  ].map((event) => ({ ...event, order: order++ }));

  for (let count = 0; events.length > 0 || timer; count += 1) {
    expect(count, 'the policy asks to be woken again and again at the same time').toBeLessThan(100_000);
    events.sort((a, b) => a.timeMs - b.timeMs || a.order - b.order);
    const isTimer = timer !== undefined && (events.length === 0 || timer.timeMs < events[0]!.timeMs);
    const { timeMs, event } = isTimer ? timer! : events.shift()!;
    const isEnd = event.kind === 'done' || event.kind === 'failed';
    if (isEnd && busy.get(event.worker) !== timeMs) continue; // its worker was lost meanwhile
    if (isEnd || event.kind === 'down') busy.delete(event.worker);
    timer = undefined;
    for (const decision of step(state, event, timeMs)) {
      run.decisions.push(decision);
      if (decision.kind === 'wait') {
        expect(decision.untilMs).toBeGreaterThan(timeMs);
        timer = { timeMs: decision.untilMs, order: order++, event: { kind: 'timer' } };
      } else if (decision.kind === 'start') {
        const { worker, tasks, module } = decision;
        expect(busy.has(worker), 'a worker runs one batch at a time').toBe(false);
        const type = setup.config.modules[module]!.machineTypes[setup.workers[worker]!.type]!;
        expect(tasks.length).toBeLessThanOrEqual(type.batchSize);
        const doneMs = timeMs + durationMs(worker, tasks.length);
        busy.set(worker, doneMs);
        run.batches.push({ worker, timeMs, requests: tasks.map(({ request }) => request) });
        const isGuilty = tasks.some(({ request }) => guilty?.requests.has(request));
        const kind = isGuilty ? guilty!.end : 'done';
        events.push({ timeMs: doneMs, order: order++, event: { kind, module, worker } });
        if (kind === 'down') {
          const event: PolicyEvent = { kind: 'up', module, worker };
          events.push({ timeMs: doneMs + RESTART_MS, order: order++, event });
        }
      } else if (decision.kind === 'split') {
        const { request, stage } = decision;
        const count = tasksOf(request, stage);
        events.push({ timeMs, order: order++, event: { kind: 'tasks', request, stage, count } });
      } else {
        expect(run.ends.has(decision.request), 'a request ends once').toBe(false);
        run.ends.set(decision.request, { kind: decision.kind, timeMs });
      }
    }
    state.modules.forEach(({ queues }, module) => {
      const waiting = queues.reduce((sum, { length }) => sum + length, 0);
      expect(waiting, 'every queue has a limit').toBeLessThanOrEqual(
        setup.config.modules[module]!.queueLimit,
      );
    });
  }
  const cancelled = extra.flatMap(({ event }) => (event.kind === 'cancel' ? event.requests : [])).length;
  expect(run.ends.size, 'every request ends').toBe(arrivals.length - cancelled);
  expect(state.modules.map(({ coming }) => coming.length).filter(Boolean), 'nobody is still to come').toEqual(
    [],
  );
  return run;
}
