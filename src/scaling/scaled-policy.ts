/**
 * The policy of a module whose cores follow its deadlines: the same `step` as everywhere decides about requests and batches,
 * a scaling policy about cores, at every tick and right before an idle worker is given a batch. What comes out is what a
 * server or a simulator carries out: `resize`, `start`, `shed`, `expire`, `complete`, `wait`.
 */
import { step } from '../policy/application-policy.ts';
import type { Decision, PolicyEvent } from '../policy/events.ts';
import { type ModuleState, NO_TYPE, workerResized } from '../policy/module-state.ts';
import { createPolicy, type PolicyState } from '../policy/policy-state.ts';
import { moduleRoute } from '../policy/route.ts';
import { typeOf, typesOf } from './machine-types.ts';
import type { Scaler, ScalingConfig, ScalingDecision, ScalingPolicy, Situation } from './scaling-policy.ts';

/** A control interval has passed. */
export type ScaledEvent = PolicyEvent | { readonly kind: 'tick' };

/** From its next batch on the worker has so many cores; with none it ends when it has done what it runs. */
export interface Resize {
  readonly kind: 'resize';
  readonly worker: number;
  readonly cores: number;
}

export type ScaledDecision = Decision | Resize;

export interface ScaledState {
  readonly config: ScalingConfig;
  readonly scaler: Scaler;
  readonly policy: PolicyState;
  /** In force. */
  decision: ScalingDecision;
  /** When each worker should be done with what it runs, ms. */
  readonly freeMs: Float64Array;
  /** Added to deadlines where everything is answered: nothing is then too late. */
  readonly graceMs: number;
  deadlinesMs: Float64Array;
}

/** Longer than anything runs; deadlines stay exact to less than a microsecond. */
const GRACE_MS = 1e9;
const DISPATCH = { eager: 'eager', 'work-conserving': 'timeout' } as const;
const TIMER = { kind: 'timer' } as const;

/**
 * Workers begin down, with the cores of the policy's start: instance i is worker i. Admission refuses what those could not
 * answer, expiry what the present ones cannot.
 * @param queueLimit requests that may wait at most
 */
export function createScaledPolicy(
  config: ScalingConfig,
  { dispatch, start, scaler }: ScalingPolicy,
  queueLimit: number,
): ScaledState {
  const decision: ScalingDecision = { ...start(config), feasible: true };
  const machineTypes = typesOf(config);
  const type = typeOf(config, decision.cores, decision.batchSize);
  const route = {
    name: 'module',
    after: [],
    splits: false,
    worstCaseMs: config.sloMs,
    fastestMs: machineTypes.at(-1)!.tailMs[1]!,
  };
  const workers = Array.from({ length: decision.instances }, (_, id) => ({ id, type }));
  const policy = createPolicy({
    modules: [
      { machineTypes, workers, dispatch: DISPATCH[dispatch], queueLimit, timerLeadMs: 0, aheadMs: 0 },
    ],
    routes: [moduleRoute(route, 0)],
    deadlines: 'slo',
    paced: false,
  });
  for (const { id } of workers) workerResized(policy.modules[0]!, id, type);
  return {
    config,
    scaler: scaler(config),
    policy,
    decision,
    freeMs: new Float64Array(workers.length),
    graceMs: dispatch === 'work-conserving' ? GRACE_MS : 0,
    deadlinesMs: new Float64Array(64),
  };
}

/**
 * @param state is changed in place
 * @param nowMs never earlier than at the call before
 */
export function stepScaled(state: ScaledState, event: ScaledEvent, nowMs: number): ScaledDecision[] {
  const { scaler, policy, freeMs, config } = state;
  const told = withGrace(event, state.graceMs);
  observe(state, event, nowMs);
  const decide = deciderOf(state, event);
  const resizes = decide ? resize(state, decide(situationAt(state, event, nowMs), nowMs)) : [];
  const decisions = step(policy, told, nowMs);
  for (const decision of decisions) {
    if (decision.kind === 'start')
      freeMs[decision.worker] =
        nowMs + config.durationsMs[state.decision.cores]![decision.tasks.length]! * (1 + config.margin);
    else if (decision.kind === 'shed' || decision.kind === 'expire') scaler.missed?.();
  }
  return resizes.length > 0 ? [...resizes, ...decisions] : decisions;
}

const withGrace = (event: ScaledEvent, graceMs: number): PolicyEvent => {
  if (event.kind === 'tick') return TIMER;
  return event.kind === 'arrival' && graceMs > 0
    ? { ...event, deadlineMs: event.deadlineMs + graceMs }
    : event;
};

/** Tells the scaler what it may learn from. */
function observe({ scaler, policy, graceMs }: ScaledState, event: ScaledEvent, nowMs: number): void {
  if (event.kind === 'arrival') for (const _ of event.requests) scaler.arrived?.(event.deadlineMs, nowMs);
  if (event.kind !== 'done' || !scaler.missed) return;
  for (const { latestMs } of policy.modules[0]!.running.get(event.worker) ?? [])
    if (latestMs - graceMs < nowMs) scaler.missed();
}

/** What is to decide about cores at this event, if anything. */
function deciderOf({ scaler, policy }: ScaledState, event: ScaledEvent): Scaler['tick'] {
  if (event.kind === 'tick') return scaler.tick;
  const module = policy.modules[0]!;
  const startsOne =
    event.kind === 'arrival'
      ? module.isUp.some((isUp, worker) => isUp && !module.running.has(worker))
      : event.kind === 'done' && module.queues[0]!.length > 0;
  return startsOne ? scaler.beforeDispatch : undefined;
}

function situationAt(state: ScaledState, event: ScaledEvent, nowMs: number): Situation {
  const module = state.policy.modules[0]!;
  const queue = module.queues[0]!;
  const queued = queue.length + (event.kind === 'arrival' ? event.requests.length : 0);
  if (state.deadlinesMs.length < queued) state.deadlinesMs = new Float64Array(2 * queued);
  const deadlines = state.deadlinesMs.subarray(0, queued);
  for (let index = 0; index < queue.length; index++)
    deadlines[index] = queue.at(index).deadlineMs - state.graceMs;
  if (event.kind === 'arrival') deadlines.fill(event.deadlineMs, queue.length).sort();
  const freeMs = event.kind === 'tick' ? firstFreeMs(module, state.freeMs, nowMs) : nowMs;
  return { current: state.decision, deadlinesMs: deadlines, freeMs };
}

function firstFreeMs({ isUp, running }: ModuleState, freeMs: Float64Array, nowMs: number): number {
  let first = Number.POSITIVE_INFINITY;
  for (let worker = 0; worker < isUp.length; worker++)
    if (isUp[worker]) first = Math.min(first, running.has(worker) ? freeMs[worker]! : nowMs);
  return first === Number.POSITIVE_INFINITY ? nowMs : Math.max(nowMs, first);
}

function resize(state: ScaledState, decision: ScalingDecision): Resize[] {
  const { policy, config, decision: before } = state;
  const module = policy.modules[0]!;
  const resizes: Resize[] = [];
  for (let worker = 0; worker < module.types.length; worker++) {
    const cores = coresOf(decision, worker);
    const type = cores > 0 ? typeOf(config, cores, decision.batchSize) : NO_TYPE;
    if (module.types[worker] !== type) workerResized(module, worker, type);
    if (coresOf(before, worker) !== cores) resizes.push({ kind: 'resize', worker, cores });
  }
  // An idle worker may now have time for what waits.
  policy.touched[0] = true;
  state.decision = decision;
  return resizes;
}

const coresOf = ({ instances, cores }: ScalingDecision, worker: number): number =>
  worker < instances ? cores : 0;
