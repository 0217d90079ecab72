/**
 * What a server of a plan decides: admission, the order of work in every module, when a batch leaves and on which worker,
 * what is given up, and when a request is complete. `step` is all that the daemon and the simulator know of it: they
 * deliver events and carry out decisions.
 */
import { type Applicant, admit, whoGivesWay } from './admission.ts';
import {
  beginHeld,
  beginTasks,
  comesNoMore,
  enter,
  forgetEnded,
  giveUp,
  type Moment,
  taskDone,
} from './advance-request.ts';
import type { Decision, PolicyEvent, WorkerEvent } from './events.ts';
import { batchEnded, enqueueTask, workerDown, workerUp } from './module-state.ts';
import type { PolicyState } from './policy-state.ts';
import type { Route } from './route.ts';
import { inHalves } from './run-again.ts';
import { runModule } from './run-module.ts';
import type { Task } from './task.ts';
import { createTicket, USUAL_PRIORITY } from './ticket.ts';

/** A task alone is given to a second worker when its first was lost, not to a third: it is what kills them. */
const MOST_LOSSES = 1;

/**
 * @param state is changed in place
 * @param event is not kept
 * @param nowMs never earlier than at the call before
 */
export function step(state: PolicyState, event: PolicyEvent, nowMs: number): Decision[] {
  const { modules, touched, wakeMs } = state;
  const decisions: Decision[] = [];
  const moment: Moment = { state, nowMs, decisions };
  apply(moment, event);
  let nextMs = beginHeld(moment);
  for (let module = 0; module < modules.length; module++) {
    if (touched[module] || wakeMs[module]! <= nowMs) {
      touched[module] = false;
      state.watch?.beforeStarts(module, nowMs);
      wakeMs[module] = runModule(modules[module]!, module, nowMs, decisions, ({ ticket }) =>
        giveUp(moment, ticket, { kind: 'expire', request: ticket.request, module }),
      );
    }
    if (wakeMs[module]! < nextMs) nextMs = wakeMs[module]!;
  }
  if (nextMs < Number.POSITIVE_INFINITY) decisions.push({ kind: 'wait', untilMs: nextMs });
  return decisions;
}

/** Changes the state as the event says. */
function apply(moment: Moment, event: PolicyEvent): void {
  const { state } = moment;
  if (event.kind === 'arrival') arrive(moment, event);
  else if (event.kind === 'tasks') {
    const ticket = state.tickets.get(event.request);
    if (ticket) beginTasks(moment, ticket, event.stage, event.count);
  } else if (event.kind === 'cancel') cancel(state, event.requests);
  else if (event.kind === 'drain') drain(state);
  else if (event.kind !== 'timer') {
    state.touched[event.module] = true;
    applyToWorker(moment, event);
  }
}

function applyToWorker(moment: Moment, { kind, module: index, worker }: WorkerEvent): void {
  const { state, nowMs } = moment;
  const module = state.modules[index]!;
  if (kind === 'up') workerUp(module, worker, nowMs);
  else if (kind === 'down') {
    const lost = module.running.get(worker) ?? [];
    const waiting = workerDown(module, worker).slice(lost.length);
    for (const task of waiting) if (!task.ticket.ended) enqueueTask(module, task, nowMs);
    tryAgain(moment, index, lost, 'lost');
  } else {
    const tasks = batchEnded(module, worker, nowMs);
    if (kind === 'failed') tryAgain(moment, index, tasks, 'failed');
    else for (let at = 0; at < tasks.length; at++) taskDone(moment, tasks[at]!);
  }
}

function cancel(state: PolicyState, requests: readonly number[]): void {
  for (const request of requests) {
    const ticket = state.tickets.get(request);
    if (ticket === undefined) continue;
    ticket.ended = true;
    comesNoMore(state.modules, ticket);
    state.tickets.delete(request);
  }
  forgetEnded(state);
}

/** Who waits now, and who comes to a later stage, waits for a machine alone. */
function drain(state: PolicyState): void {
  state.draining = true;
  state.touched.fill(true);
  for (const queue of state.modules.flatMap(({ queues }) => queues)) {
    for (const task of queue.removeWhere(() => true)) {
      task.overdue = true;
      queue.insert(task);
    }
  }
}

function arrive(
  moment: Moment,
  { requests, route, deadlineMs, priority = USUAL_PRIORITY }: PolicyEvent & { kind: 'arrival' },
): void {
  const { state, nowMs, decisions } = moment;
  const way = state.config.routes[route]!;
  const applicant = { count: requests.length, deadlineMs, priority };
  if (priority < state.leastImportant) makeWay(moment, way, applicant);
  const refusal = admit(way, state.modules, applicant, nowMs);
  if (refusal === undefined && priority > state.leastImportant) state.leastImportant = priority;
  for (let index = 0; index < requests.length; index++) {
    const request = requests[index]!;
    if (refusal !== undefined) decisions.push({ kind: 'shed', request, reason: refusal });
    else enter(moment, createTicket(request, way, nowMs, deadlineMs, priority));
  }
}

/** Less important requests that wait are given up, as far as that lets these be in time. */
function makeWay(moment: Moment, way: Route, applicant: Applicant): void {
  const { state, nowMs } = moment;
  const leaving = whoGivesWay(way, state.modules, applicant, nowMs);
  for (const ticket of leaving) {
    giveUp(moment, ticket, { kind: 'shed', request: ticket.request, reason: 'displaced' });
  }
  if (leaving.length > 0) forgetEnded(state);
}

/** What failed runs again in parts. Who was alone in it is to blame; for a lost worker only the second time. */
function tryAgain(moment: Moment, module: number, tasks: readonly Task[], reason: 'failed' | 'lost'): void {
  const [task] = tasks;
  if (tasks.length === 1 && (reason === 'failed' || task!.losses > MOST_LOSSES)) {
    const { ticket, request } = task!;
    giveUp(moment, ticket, { kind: 'fail', request, module, reason });
  } else moment.state.modules[module]!.again.push(...inHalves(tasks));
}
