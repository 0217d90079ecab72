/**
 * The policy of modules whose cores follow their deadlines: the same `step` as everywhere decides about requests and batches,
 * scaling policies about cores, at every tick and right before an idle worker is given a batch. What comes out is what a server
 * or a simulator carries out: `resize`, `start`, `shed`, `expire`, `complete`, `wait`. Modules share the cores of one machine.
 */
import { step } from '../policy/application-policy.ts';
import type { Decision, PolicyEvent } from '../policy/events.ts';
import { NO_TYPE, workerResized } from '../policy/module-state.ts';
import { createPolicy, type PolicyConfig, type PolicyState } from '../policy/policy-state.ts';
import { stageDeadlineMs } from '../policy/stage-deadline.ts';
import { Adviser } from './adviser.ts';
import { CoreHoldings, type Resize } from './core-holdings.ts';
import { typeOf } from './machine-types.ts';
import type { ScalingConfig, ScalingDecision, ScalingPolicy } from './scaling-policy.ts';
import { shareCores } from './share-cores.ts';

export type ScaledEvent =
  | PolicyEvent
  /** A control interval has passed. */
  | { readonly kind: 'tick' }
  /** A resize could not be carried out: the worker has so many cores. */
  | { readonly kind: 'kept'; readonly worker: number; readonly cores: number };

export type ScaledDecision = Decision | Resize;

export interface ScaledModule {
  readonly config: ScalingConfig;
  readonly policy: ScalingPolicy;
  /** In force at first. */
  readonly decision: ScalingDecision;
}

export interface ScaledSetup {
  /** Where decisions about cores are carried out, the machine types of a module are those of its scaling configuration. */
  readonly config: PolicyConfig;
  /** By module. Each has so many workers as its decision has instances; their ids go on from module to module. */
  readonly modules: readonly ScaledModule[];
  /** That all workers share. */
  readonly poolCores: number;
  /** Whether decisions about cores are carried out, or are advice that nobody follows. */
  readonly acts: boolean;
}

export interface ScaledState {
  readonly setup: ScaledSetup;
  readonly policy: PolicyState;
  /** By module. */
  readonly advisers: readonly Adviser[];
  readonly holdings: CoreHoldings;
  /** Module of each worker. */
  readonly moduleOf: readonly number[];
  /** Added to deadlines where everything is answered: nothing is then too late. */
  readonly graceMs: number;
  /** What the event under way has changed. */
  readonly resizes: Resize[];
  /** Whether scalers already know what the event under way brings, and have been asked. */
  isAsked: boolean;
}

/** Longer than anything runs; deadlines stay exact to less than a microsecond. */
const GRACE_MS = 1e9;
const TIMER = { kind: 'timer' } as const;

/** Workers begin down. */
export function createScaled(setup: ScaledSetup): ScaledState {
  const { config, modules, poolCores, acts } = setup;
  const policy = createPolicy(config);
  const graceMs = modules.some(({ policy: { dispatch } }) => dispatch === 'work-conserving') ? GRACE_MS : 0;
  const state: ScaledState = {
    setup,
    policy,
    advisers: modules.map(
      (module, index) => new Adviser(module, policy.modules[index]!, module.decision, graceMs),
    ),
    holdings: new CoreHoldings(
      modules.flatMap(({ decision }) => Array.from({ length: decision.instances }, () => decision.cores)),
      poolCores,
    ),
    moduleOf: config.modules.flatMap(({ workers }, module) => workers.map(() => module)),
    graceMs,
    resizes: [],
    isAsked: false,
  };
  policy.watch = {
    taskReady: (module, deadlineMs, nowMs) => {
      if (!state.isAsked) state.advisers[module]!.scaler.arrived?.(deadlineMs - graceMs, nowMs);
    },
    beforeStarts: (module, nowMs) => {
      if (!acts) return;
      // Who has ended its batch may give cores back, and others have them at once.
      settle(state);
      if (!state.isAsked && state.advisers[module]!.beforeDispatch(nowMs)) decide(state, nowMs);
    },
  };
  if (acts) for (const worker of state.moduleOf.keys()) setType(state, worker);
  return state;
}

/**
 * @param state is changed in place
 * @param nowMs never earlier than at the call before
 */
export function stepScaled(state: ScaledState, event: ScaledEvent, nowMs: number): ScaledDecision[] {
  const { policy, advisers, holdings, graceMs } = state;
  state.isAsked = event.kind === 'tick' || event.kind === 'arrival';
  if (event.kind === 'tick') {
    for (const adviser of advisers) adviser.tick(nowMs);
    decide(state, nowMs);
  } else if (event.kind === 'arrival') beforeArrival(state, event, nowMs);
  else if (event.kind === 'kept') keep(state, event.worker, event.cores);
  else if (event.kind === 'done') advisers[event.module]!.ended(event.worker, nowMs);
  const decisions = step(policy, withGrace(event, graceMs), nowMs);
  for (const decision of decisions) {
    if (decision.kind === 'start') {
      const { module, worker, tasks } = decision;
      advisers[module]!.started(worker, tasks.length, holdings.cores[worker]!, nowMs);
    } else if (decision.kind === 'expire') advisers[decision.module]!.scaler.missed?.();
    else if (decision.kind === 'shed') for (const { scaler } of advisers) scaler.missed?.();
  }
  if (state.resizes.length === 0) return decisions;
  return [...state.resizes.splice(0), ...decisions];
}

const withGrace = (event: ScaledEvent, graceMs: number): PolicyEvent => {
  if (event.kind === 'tick' || event.kind === 'kept') return TIMER;
  return event.kind === 'arrival' && graceMs > 0
    ? { ...event, deadlineMs: event.deadlineMs + graceMs }
    : event;
};

/** Tells of what comes, and asks for more cores before it comes in: admission counts with what it then finds. */
function beforeArrival(
  state: ScaledState,
  { requests, route: number, deadlineMs }: PolicyEvent & { kind: 'arrival' },
  nowMs: number,
): void {
  const { setup, advisers } = state;
  const route = setup.config.routes[number]!;
  let isMore = false;
  for (const stage of route.roots) {
    const { module, splits } = route.stages[stage]!;
    if (splits) continue;
    const ticket = { route, arrivedMs: nowMs, deadlineMs };
    const dueMs = stageDeadlineMs(setup.config, ticket, stage, nowMs);
    const adviser = advisers[module]!;
    for (const _ of requests) adviser.scaler.arrived?.(dueMs, nowMs);
    if (
      setup.acts &&
      adviser.beforeDispatch(
        nowMs,
        requests.map(() => dueMs),
      )
    )
      isMore = true;
  }
  if (isMore) decide(state, nowMs);
}

/** Gives all modules what they wish where that is there, and shares out otherwise. */
function decide(state: ScaledState, nowMs: number): void {
  const { advisers, holdings, setup } = state;
  const wished = advisers.reduce((sum, { wish }) => sum + wish.instances * wish.cores, 0);
  const shares =
    wished > setup.poolCores
      ? shareCores(
          advisers.map((adviser) => adviser.coreWish(nowMs)),
          setup.poolCores,
        )
      : undefined;
  for (const [module, adviser] of advisers.entries()) {
    const { wish } = adviser;
    const cores = shares?.[module] ?? wish.cores;
    adviser.decision = cores === wish.cores ? wish : { ...wish, cores, ...sharedOut(wish) };
  }
  if (!setup.acts) return;
  for (const [worker, module] of state.moduleOf.entries()) {
    const { instances, cores } = advisers[module]!.decision;
    const { workers } = setup.config.modules[module]!;
    holdings.want(worker, worker - workers[0]!.id < instances ? cores : 0);
    setType(state, worker);
  }
  settle(state);
}

/** Who knows nothing yet has asked for all that there is, and needs it perhaps. */
const sharedOut = ({ reason, feasible }: ScalingDecision): Pick<ScalingDecision, 'reason' | 'feasible'> =>
  reason === 'no-history' ? { reason, feasible } : { reason: 'shared', feasible: false };

/** Carries out what is possible by now; idle workers may then have time for what waits. */
function settle(state: ScaledState): void {
  const { policy, holdings, moduleOf, resizes } = state;
  const isRunning = (worker: number): boolean => policy.modules[moduleOf[worker]!]!.running.has(worker);
  for (const resize of holdings.settle(isRunning)) {
    resizes.push(resize);
    setType(state, resize.worker);
  }
}

/** The next tick decides anew. */
function keep(state: ScaledState, worker: number, cores: number): void {
  state.holdings.keep(worker, cores);
  setType(state, worker);
}

/** A worker is the machine that the cores of its next batch make it. */
function setType({ policy, holdings, advisers, moduleOf }: ScaledState, worker: number): void {
  const index = moduleOf[worker]!;
  const module = policy.modules[index]!;
  const cores = holdings.nextCores(worker);
  const { config, decision } = advisers[index]!;
  const type = cores > 0 ? typeOf(config, cores, decision.batchSize) : NO_TYPE;
  if (module.types[module.positions.get(worker)!] === type) return;
  workerResized(module, worker, type);
  policy.touched[index] = true;
}
