/**
 * A virtual clock around a scaled policy: delivers arrivals, ends of batches, control ticks and timers in the order of time,
 * and carries out what is decided, resizes included. No rule is here. What falls on one instant is delivered in a fixed
 * order: batches that end, instances that are up, arrivals, the tick, the timer.
 */
import type { Decision } from '../../policy/events.ts';
import type { Resize } from '../../scaling/core-holdings.ts';
import { createScaledPolicy } from '../../scaling/one-scaled-module.ts';
import { type ScaledEvent, stepScaled } from '../../scaling/scaled-policy.ts';
import type { ScaledState } from '../../scaling/scaled-state.ts';
import type { ScalingConfig, ScalingDecision, ScalingPolicy } from '../../scaling/scaling-policy.ts';
import { PendingEvents } from '../pending-events.ts';
import { CoreMeter } from './core-meter.ts';

export interface ScalingSimulation {
  readonly policy: ScalingPolicy;
  readonly config: ScalingConfig;
  /** When requests are sent, rising, ms. */
  readonly sentMs: Float64Array;
  /** What the network takes of each. */
  readonly delaysMs: Float64Array;
  /** How long a batch takes on so many cores, ms. */
  readonly batchMs: (cores: number, size: number) => number;
  /** Of the first tick. */
  readonly firstTickMs: number;
  /** From the decision for another instance until it serves. */
  readonly coldStartMs: number;
  readonly observer: ScalingObserver;
}

export type EndDecision = Exclude<Decision, { kind: 'start' | 'wait' | 'split' }>;

export interface ScalingObserver {
  readonly ended: (decision: EndDecision, latencyMs: number, nowMs: number) => void;
  readonly ticked?: (decision: ScalingDecision, queued: number, nowMs: number) => void;
}

export interface CoresUsed {
  readonly coreSeconds: number;
  /** Decisions that changed cores or instances. */
  readonly resizes: number;
  /** Of the last answer. */
  readonly endMs: number;
}

const NEVER = Number.POSITIVE_INFINITY;
const QUEUE_LIMIT = 100_000;

export function simulateScaling(simulation: ScalingSimulation): CoresUsed {
  const { policy, config, sentMs, delaysMs, batchMs, firstTickMs, coldStartMs, observer } = simulation;
  const state = createScaledPolicy(config, policy, QUEUE_LIMIT);
  const { cores } = state.holdings;
  const meter = new CoreMeter(cores.length);
  const isUp: boolean[] = Array.from(cores, () => true);
  const onTheWay = new PendingEvents();
  for (const [request, timeMs] of sentMs.entries()) onTheWay.push(timeMs + delaysMs[request]!, request);
  const ends = new PendingEvents();
  const ups = new PendingEvents();
  let timerMs = NEVER;
  let tickMs = firstTickMs;
  let left = sentMs.length;
  let resizes = 0;
  let nowMs = 0;

  function deliver(event: ScaledEvent): void {
    timerMs = NEVER;
    const decisions = stepScaled(state, event, nowMs);
    if (decisions.some(({ kind }) => kind === 'resize')) resizes += 1;
    for (const decision of decisions) carryOut(decision);
  }

  function carryOut(decision: Decision | Resize): void {
    switch (decision.kind) {
      case 'wait':
        timerMs = decision.untilMs;
        return;
      case 'split':
        throw new Error('one module has nothing to split');
      case 'resize':
        resize(decision);
        return;
      case 'start': {
        const { worker, tasks } = decision;
        ends.push(nowMs + batchMs(cores[worker]!, tasks.length), worker);
        return;
      }
      default:
        left -= 1;
        observer.ended(decision, nowMs - sentMs[decision.request]!, nowMs);
    }
  }

  function resize({ worker, cores: now }: Resize): void {
    meter.holds(worker, now, nowMs);
    if (now === 0) deliver({ kind: 'down', module: 0, worker });
    else if (!isUp[worker]) ups.push(nowMs + coldStartMs, worker);
    isUp[worker] = now > 0;
  }

  function comeUp(worker: number): void {
    // It may have been given up while it started.
    if (cores[worker]! > 0) deliver({ kind: 'up', module: 0, worker });
  }

  function arrive(request: number): void {
    const deadlineMs = sentMs[request]! + config.sloMs;
    deliver({ kind: 'arrival', requests: [request], route: 0, deadlineMs });
  }

  function tick(): void {
    deliver({ kind: 'tick' });
    observer.ticked?.(state.advisers[0]!.decision, queuedIn(state), nowMs);
    tickMs += config.intervalMs;
  }

  for (const worker of cores.keys()) {
    meter.holds(worker, cores[worker]!, 0);
    deliver({ kind: 'up', module: 0, worker });
  }
  while (left > 0) {
    nowMs = Math.min(ends.firstMs, ups.firstMs, onTheWay.firstMs, tickMs, timerMs);
    if (ends.firstMs === nowMs) deliver({ kind: 'done', module: 0, worker: ends.pop() });
    else if (ups.firstMs === nowMs) comeUp(ups.pop());
    else if (onTheWay.firstMs === nowMs) arrive(onTheWay.pop());
    else if (tickMs === nowMs) tick();
    else deliver({ kind: 'timer' });
  }
  return { coreSeconds: meter.coreSeconds(nowMs), resizes, endMs: nowMs };
}

const queuedIn = ({ policy }: ScaledState): number => policy.modules[0]!.queues[0]!.length;
