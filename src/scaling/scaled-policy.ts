/**
 * The policy of modules whose cores follow their deadlines: the same `step` as everywhere decides about requests and batches,
 * scaling policies about cores, at every tick and right before an idle worker is given a batch. What comes out is what a server
 * or a simulator carries out: `resize`, `start`, `shed`, `expire`, `complete`, `wait`. Modules share the cores of one machine.
 */
import { step } from '../policy/application-policy.ts';
import type { Decision, PolicyEvent } from '../policy/events.ts';
import { createPolicy } from '../policy/policy-state.ts';
import { stageDeadlineMs } from '../policy/stage-deadline.ts';
import { Adviser } from './adviser.ts';
import { CoreHoldings, type Resize } from './core-holdings.ts';
import { decideCores, keepCores, setType, settle } from './decide-cores.ts';
import type { ScaledSetup, ScaledState } from './scaled-state.ts';

export type ScaledEvent =
  | PolicyEvent
  /** A control interval has passed. */
  | { readonly kind: 'tick' }
  /** A resize could not be carried out: the worker has so many cores. */
  | { readonly kind: 'kept'; readonly worker: number; readonly cores: number };

export type ScaledDecision = Decision | Resize;

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
      if (!state.isAsked && state.advisers[module]!.beforeDispatch(nowMs)) decideCores(state, nowMs);
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
    decideCores(state, nowMs);
  } else if (event.kind === 'arrival') beforeArrival(state, event, nowMs);
  else if (event.kind === 'kept') keepCores(state, event.worker, event.cores);
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
  if (isMore) decideCores(state, nowMs);
}
