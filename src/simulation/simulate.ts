/**
 * A virtual clock around the policy: delivers arrivals, ends of batches, lost workers and timers in the order of time, and
 * carries out what is decided. No scheduling rule is here; the daemon runs the same policy. What falls on one instant is
 * delivered in a fixed order: batches that end, then workers, then arrivals, then the timer. Memory grows with what is
 * under way, not with the length of the run.
 */
import { step } from '../policy/application-policy.ts';
import type { PolicySetup } from '../policy/configure-policy.ts';
import type { Decision, PolicyEvent, SplitDecision } from '../policy/events.ts';
import { createPolicy } from '../policy/policy-state.ts';
import { PendingEvents } from './pending-events.ts';
import { RequestTimes } from './request-times.ts';

export type StartDecision = Decision & { kind: 'start' };
export type EndDecision = Decision & { kind: 'complete' | 'shed' | 'expire' | 'fail' };

/** A worker is lost, with what it runs, or comes back. */
export interface Fault {
  readonly timeMs: number;
  readonly kind: 'down' | 'up';
  readonly worker: number;
}

export interface Simulation {
  readonly setup: PolicySetup;
  /** From a client's sending to its answer. */
  readonly sloMs: number;
  /** When the next request is sent, non-decreasing, ms; infinite at the end. */
  readonly nextSentMs: () => number;
  /** How long a batch takes, ms. */
  readonly batchMs: (worker: number, size: number, startMs: number) => number;
  /**
   * How many tasks the stage of a request has where it may split; one by default.
   * @param parentPart of those that come of this task of its parent's only
   */
  readonly tasksOf?: (request: number, stage: number, parentPart?: number) => number;
  /** What the network takes of a request's time before it arrives, ms. */
  readonly delayMs?: (sentMs: number) => number;
  /** Asked before every event; then the run ends there. */
  readonly isOver?: () => boolean;
  /** By rising time. */
  readonly faults?: readonly Fault[];
  readonly observer: Observer;
}

/** Told what happens, in order. */
export interface Observer {
  readonly sent?: (request: number, nowMs: number) => void;
  readonly started?: (decision: StartDecision, nowMs: number, endMs: number) => void;
  /**
   * It ran to its end, or was lost with its worker.
   * @param earliestSentMs of its requests still under way; infinite where there are none
   */
  readonly batchEnded?: (
    decision: StartDecision,
    startMs: number,
    nowMs: number,
    earliestSentMs: number,
  ) => void;
  /** A worker was lost, or came back. */
  readonly struck?: (fault: Fault, nowMs: number) => void;
  /** @param latencyMs since it was sent */
  readonly ended: (decision: EndDecision, nowMs: number, latencyMs: number) => void;
}

interface Running {
  readonly decision: StartDecision;
  readonly startMs: number;
  readonly endMs: number;
}

/** The first of the routes. */
const APPLICATION = 0;

const NEVER = Number.POSITIVE_INFINITY;

/** Runs until every request that was sent has ended, or it is over. @returns the time of the last event, ms */
export function simulate(simulation: Simulation): number {
  const { setup, sloMs, nextSentMs, batchMs, tasksOf, delayMs, isOver, faults = [], observer } = simulation;
  const state = createPolicy(setup.config);
  const sent = new RequestTimes();
  const ends = new PendingEvents();
  const onTheWay = new PendingEvents();
  /** The batch that runs, and the one behind it. */
  const running: Running[][] = setup.workers.map(() => []);
  const splits: SplitDecision[] = [];
  const arrival = { kind: 'arrival' as const, requests: [0], route: APPLICATION, deadlineMs: 0 };
  let requests = 0;
  let toSendMs = nextSentMs();
  let timerMs = NEVER;
  let nextFault = 0;
  let underWay = 0;
  let nowMs = 0;

  function deliver(event: PolicyEvent): void {
    timerMs = NEVER;
    const decisions = step(state, event, nowMs);
    for (let index = 0; index < decisions.length; index++) carryOut(decisions[index]!);
    while (splits.length > 0) {
      const { request, stage, parentPart } = splits.shift()!;
      // It may have been given up at the same instant; nobody is to count for it any more.
      if (sent.at(request) === undefined) continue;
      const count = tasksOf?.(request, stage, parentPart) ?? 1;
      deliver({ kind: 'tasks', request, stage, count });
    }
  }

  function carryOut(decision: Decision): void {
    if (decision.kind === 'wait') timerMs = decision.untilMs;
    else if (decision.kind === 'split') splits.push(decision);
    else if (decision.kind === 'start') {
      const onWorker = running[decision.worker]!;
      const startMs = onWorker.length > 0 ? onWorker[onWorker.length - 1]!.endMs : nowMs;
      const endMs = startMs + batchMs(decision.worker, decision.tasks.length, startMs);
      ends.push(endMs, decision.worker);
      onWorker.push({ decision, startMs, endMs });
      observer.started?.(decision, startMs, endMs);
    } else {
      underWay--;
      observer.ended(decision, nowMs, nowMs - sent.take(decision.request));
    }
  }

  /** When the next request arrives; sends those that may arrive first. */
  function nextArrivalMs(): number {
    while (toSendMs < NEVER && toSendMs <= onTheWay.firstMs) {
      sent.put(requests, toSendMs);
      observer.sent?.(requests, toSendMs);
      onTheWay.push(toSendMs + (delayMs?.(toSendMs) ?? 0), requests++);
      underWay++;
      toSendMs = nextSentMs();
    }
    return onTheWay.firstMs;
  }

  function endBatch(worker: number): void {
    const onWorker = running[worker]!;
    const ended = onWorker[0];
    // It was lost with its worker.
    if (ended === undefined || ended.endMs !== nowMs) return;
    if (onWorker.length === 1) onWorker.pop();
    else onWorker.shift();
    observer.batchEnded?.(ended.decision, ended.startMs, nowMs, earliestSentMs(ended.decision));
    deliver({ kind: 'done', module: ended.decision.module, worker });
  }

  function earliestSentMs({ tasks }: StartDecision): number {
    let earliest = NEVER;
    for (let index = 0; index < tasks.length; index++) {
      earliest = Math.min(earliest, sent.at(tasks[index]!.request) ?? NEVER);
    }
    return earliest;
  }

  function strike(fault: Fault): void {
    const { kind, worker } = fault;
    observer.struck?.(fault, nowMs);
    const [lost] = kind === 'down' ? running[worker]!.splice(0) : [];
    if (lost) observer.batchEnded?.(lost.decision, lost.startMs, nowMs, earliestSentMs(lost.decision));
    deliver({ kind, module: setup.workers[worker]!.module, worker });
  }

  function arrive(request: number): void {
    arrival.requests[0] = request;
    arrival.deadlineMs = sent.at(request)! + sloMs;
    deliver(arrival);
  }

  for (const { id, module } of setup.workers) deliver({ kind: 'up', module, worker: id });
  for (;;) {
    const arrivalMs = nextArrivalMs();
    if (underWay === 0 || (isOver?.() ?? false)) return nowMs;
    const faultMs = faults[nextFault]?.timeMs ?? NEVER;
    nowMs = Math.min(ends.firstMs, faultMs, arrivalMs, timerMs);
    if (nowMs === NEVER) throw new Error(`${underWay} requests wait for something that will never come`);
    if (ends.firstMs === nowMs) endBatch(ends.pop());
    else if (faultMs === nowMs) strike(faults[nextFault++]!);
    else if (arrivalMs === nowMs) arrive(onTheWay.pop());
    else deliver({ kind: 'timer' });
  }
}
