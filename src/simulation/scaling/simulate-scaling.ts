/**
 * A virtual clock around a scaled policy: delivers arrivals, ends of batches, control ticks and timers in the order of time,
 * and carries out what is decided, resizes included. No rule is here. What falls on one instant is delivered in a fixed
 * order: batches that end, instances that are up, arrivals, the tick, the timer.
 */
import type { Decision } from '../../policy/events.ts';
import {
  createScaledPolicy,
  type Resize,
  type ScaledEvent,
  type ScaledState,
  stepScaled,
} from '../../scaling/scaled-policy.ts';
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

interface Running {
  readonly endMs: number;
  readonly cores: number;
}

const NEVER = Number.POSITIVE_INFINITY;
const QUEUE_LIMIT = 100_000;

export function simulateScaling(simulation: ScalingSimulation): CoresUsed {
  const { policy, config, sentMs, delaysMs, batchMs, firstTickMs, coldStartMs, observer } = simulation;
  const state = createScaledPolicy(config, policy, QUEUE_LIMIT);
  const instances = state.freeMs.length;
  const meter = new CoreMeter(instances);
  const cores = new Int32Array(instances).fill(state.decision.cores);
  const running: (Running | undefined)[] = new Array(instances);
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
        const endMs = nowMs + batchMs(cores[worker]!, tasks.length);
        running[worker] = { endMs, cores: cores[worker]! };
        meter.holds(worker, cores[worker]!, nowMs);
        ends.push(endMs, worker);
        return;
      }
      default:
        left -= 1;
        observer.ended(decision, nowMs - sentMs[decision.request]!, nowMs);
    }
  }

  /** Fewer cores are given back when the running batch ends; more are held, and paid, at once. */
  function resize({ worker, cores: wanted }: Resize): void {
    const isNew = cores[worker] === 0 && running[worker] === undefined;
    cores[worker] = wanted;
    meter.holds(worker, Math.max(wanted, running[worker]?.cores ?? 0), nowMs);
    if (isNew) ups.push(nowMs + coldStartMs, worker);
    else if (wanted === 0 && running[worker] === undefined) deliver(gone(worker));
  }

  function endBatch(worker: number): void {
    running[worker] = undefined;
    meter.holds(worker, cores[worker]!, nowMs);
    deliver({ kind: 'done', module: 0, worker });
    if (cores[worker] === 0) deliver(gone(worker));
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
    observer.ticked?.(state.decision, queuedIn(state), nowMs);
    tickMs += config.intervalMs;
  }

  for (let worker = 0; worker < instances; worker++) {
    meter.holds(worker, cores[worker]!, 0);
    deliver({ kind: 'up', module: 0, worker });
  }
  while (left > 0) {
    nowMs = Math.min(ends.firstMs, ups.firstMs, onTheWay.firstMs, tickMs, timerMs);
    if (ends.firstMs === nowMs) endBatch(ends.pop());
    else if (ups.firstMs === nowMs) comeUp(ups.pop());
    else if (onTheWay.firstMs === nowMs) arrive(onTheWay.pop());
    else if (tickMs === nowMs) tick();
    else deliver({ kind: 'timer' });
  }
  return { coreSeconds: meter.coreSeconds(nowMs), resizes, endMs: nowMs };
}

const gone = (worker: number): ScaledEvent => ({ kind: 'down', module: 0, worker });

const queuedIn = ({ policy }: ScaledState): number => policy.modules[0]!.queues[0]!.length;
