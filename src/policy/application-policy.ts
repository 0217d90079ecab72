/**
 * What a server of a plan decides: admission, the order of work in every module, when a batch leaves and on which worker,
 * what is given up, and when a request is complete. `step` is all that the daemon and the simulator know of it: they
 * deliver events and carry out decisions.
 */
import { admit } from './admission.ts';
import type { Decision, PolicyEvent } from './events.ts';
import {
  batchEnded,
  createModule,
  dispatch,
  type ModuleConfig,
  type ModuleState,
  type Task,
  workerDown,
  workerUp,
} from './module-scheduler.ts';
import type { Route } from './route.ts';

export interface PolicyConfig {
  readonly modules: readonly ModuleConfig[];
  readonly routes: readonly Route[];
}

/** A request under way. */
interface Ticket {
  readonly route: Route;
  readonly arrivedMs: number;
  readonly deadlineMs: number;
  /** Parents that are still to come, by stage. */
  readonly missing: number[];
  stagesLeft: number;
}

export interface PolicyState {
  readonly config: PolicyConfig;
  readonly modules: readonly ModuleState[];
  readonly tickets: Map<number, Ticket>;
  /** When each module wants to look again. */
  readonly wakeMs: number[];
  nextSequence: number;
}

/** A task is given to a second worker when its first was lost, not to a third: it may be what kills them. */
const MOST_LOSSES = 1;

export function createPolicy(config: PolicyConfig): PolicyState {
  return {
    config,
    modules: config.modules.map(createModule),
    tickets: new Map(),
    wakeMs: config.modules.map(() => Number.POSITIVE_INFINITY),
    nextSequence: 0,
  };
}

/**
 * @param state is changed in place
 * @param nowMs never earlier than at the call before
 */
export function step(state: PolicyState, event: PolicyEvent, nowMs: number): Decision[] {
  const decisions: Decision[] = [];
  const touched = apply(state, event, nowMs, decisions);
  state.wakeMs.forEach((wakeMs, module) => {
    if (wakeMs <= nowMs) touched.add(module);
  });
  for (const module of touched) runModule(state, module, nowMs, decisions);
  const wakeMs = Math.min(...state.wakeMs);
  if (wakeMs < Number.POSITIVE_INFINITY) decisions.push({ kind: 'wait', untilMs: wakeMs });
  return decisions;
}

/** Changes the state as the event says; returns the modules that may now have something to start. */
function apply(state: PolicyState, event: PolicyEvent, nowMs: number, decisions: Decision[]): Set<number> {
  switch (event.kind) {
    case 'arrival':
      return arrive(state, event, nowMs, decisions);
    case 'up':
      workerUp(state.modules[event.module]!, event.worker);
      return new Set([event.module]);
    case 'down':
      retry(state, event.module, workerDown(state.modules[event.module]!, event.worker), decisions);
      return new Set([event.module]);
    case 'failed':
      for (const { request } of batchEnded(state.modules[event.module]!, event.worker)) {
        giveUp(state, request, { kind: 'fail', request, module: event.module, reason: 'failed' }, decisions);
      }
      return new Set([event.module]);
    case 'done': {
      const touched = new Set([event.module]);
      const tasks = batchEnded(state.modules[event.module]!, event.worker);
      for (const task of tasks) advance(state, task, touched, decisions);
      return touched;
    }
    case 'cancel':
      cancel(state, new Set(event.requests));
      return new Set();
    case 'timer':
      return new Set();
  }
}

function cancel(state: PolicyState, requests: ReadonlySet<number>): void {
  for (const request of requests) state.tickets.delete(request);
  for (const { queue } of state.modules) queue.removeWhere(({ request }) => requests.has(request));
}

function arrive(
  state: PolicyState,
  { requests, route, deadlineMs }: PolicyEvent & { kind: 'arrival' },
  nowMs: number,
  decisions: Decision[],
): Set<number> {
  const way = state.config.routes[route]!;
  const refusal = admit(way, state.modules, requests.length, deadlineMs, nowMs);
  const touched = new Set<number>();
  for (const request of requests) {
    if (refusal === undefined) enter(state, request, way, deadlineMs, nowMs, touched);
    else decisions.push({ kind: 'shed', request, reason: refusal });
  }
  return touched;
}

/** Begins a request with the stages that wait for no other. */
function enter(
  state: PolicyState,
  request: number,
  route: Route,
  deadlineMs: number,
  arrivedMs: number,
  touched: Set<number>,
): void {
  const missing = route.stages.map(({ parents }) => parents);
  const ticket: Ticket = { route, arrivedMs, deadlineMs, missing, stagesLeft: route.stages.length };
  state.tickets.set(request, ticket);
  route.stages.forEach(({ parents, module }, stage) => {
    if (parents > 0) return;
    enqueue(state, ticket, request, stage);
    touched.add(module);
  });
}

function enqueue(state: PolicyState, ticket: Ticket, request: number, stage: number): void {
  const { module, dueMs, downstreamFastestMs } = ticket.route.stages[stage]!;
  const latestMs = ticket.deadlineMs - downstreamFastestMs;
  state.modules[module]!.queue.insert({
    request,
    stage,
    deadlineMs: Math.min(ticket.arrivedMs + dueMs, latestMs),
    latestMs,
    sequence: state.nextSequence++,
    overdue: false,
    losses: 0,
  });
}

/** A stage is done: its children may begin, or the request is complete. */
function advance(
  state: PolicyState,
  { request, stage }: Task,
  touched: Set<number>,
  decisions: Decision[],
): void {
  const ticket = state.tickets.get(request);
  if (ticket === undefined) return;
  ticket.stagesLeft -= 1;
  for (const child of ticket.route.stages[stage]!.children) {
    ticket.missing[child]! -= 1;
    if (ticket.missing[child] !== 0) continue;
    enqueue(state, ticket, request, child);
    touched.add(ticket.route.stages[child]!.module);
  }
  if (ticket.stagesLeft > 0) return;
  state.tickets.delete(request);
  decisions.push({ kind: 'complete', request });
}

/** Tasks of a lost worker wait again, unless they have lost one before. */
function retry(state: PolicyState, module: number, lost: readonly Task[], decisions: Decision[]): void {
  for (const task of lost) {
    const { request } = task;
    if (!state.tickets.has(request)) continue;
    task.losses += 1;
    if (task.losses <= MOST_LOSSES) state.modules[module]!.queue.insert(task);
    else giveUp(state, request, { kind: 'fail', request, module, reason: 'lost' }, decisions);
  }
}

/** Ends a request that cannot be completed, with everything of it that still waits. */
function giveUp(state: PolicyState, request: number, decision: Decision, decisions: Decision[]): void {
  const ticket = state.tickets.get(request);
  if (ticket === undefined) return;
  state.tickets.delete(request);
  decisions.push(decision);
  if (ticket.route.stages.length > 1) cancel(state, new Set([request]));
}

function runModule(state: PolicyState, module: number, nowMs: number, decisions: Decision[]): void {
  state.wakeMs[module] = Number.POSITIVE_INFINITY;
  for (const decision of dispatch(state.modules[module]!, nowMs)) {
    if (decision.kind === 'start') decisions.push({ ...decision, module });
    else if (decision.kind === 'wait') state.wakeMs[module] = decision.untilMs;
    else
      giveUp(
        state,
        decision.task.request,
        { kind: 'expire', request: decision.task.request, module },
        decisions,
      );
  }
}
