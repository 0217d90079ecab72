/**
 * What a server of a plan decides: admission, the order of work in every module, when a batch leaves and on which worker,
 * what is given up, and when a request is complete. `step` is all that the daemon and the simulator know of it: they
 * deliver events and carry out decisions.
 */
import { type Applicant, admit, whoGivesWay } from './admission.ts';
import type { Decision, PolicyEvent, WorkerEvent } from './events.ts';
import { batchEnded, enqueueTask, workerDown, workerUp } from './module-state.ts';
import type { PolicyState } from './policy-state.ts';
import type { Route } from './route.ts';
import { inHalves } from './run-again.ts';
import { runModule } from './run-module.ts';
import { stageDeadlineMs } from './stage-deadline.ts';
import type { Task } from './task.ts';
import { createTicket, type Ticket, USUAL_PRIORITY } from './ticket.ts';

/** A task alone is given to a second worker when its first was lost, not to a third: it is what kills them. */
const MOST_LOSSES = 1;

/**
 * @param state is changed in place
 * @param event is not kept
 * @param nowMs never earlier than at the call before
 */
export function step(state: PolicyState, event: PolicyEvent, nowMs: number): Decision[] {
  const { modules, touched, wakeMs, held } = state;
  const decisions: Decision[] = [];
  apply(state, event, nowMs, decisions);
  while (held.length > 0 && held.at(0).deadlineMs <= nowMs) {
    const { ticket, stage, parentPart } = held.take(0, 1)[0]!;
    if (!ticket.ended) begin(state, ticket, stage, parentPart, nowMs, decisions);
  }
  let nextMs = held.length > 0 ? held.at(0).deadlineMs : Number.POSITIVE_INFINITY;
  for (let module = 0; module < modules.length; module++) {
    if (touched[module] || wakeMs[module]! <= nowMs) {
      touched[module] = false;
      state.watch?.beforeStarts(module, nowMs);
      wakeMs[module] = runModule(modules[module]!, module, nowMs, decisions, ({ ticket }) =>
        giveUp(state, ticket, { kind: 'expire', request: ticket.request, module }, decisions),
      );
    }
    if (wakeMs[module]! < nextMs) nextMs = wakeMs[module]!;
  }
  if (nextMs < Number.POSITIVE_INFINITY) decisions.push({ kind: 'wait', untilMs: nextMs });
  return decisions;
}

/** Changes the state as the event says. */
function apply(state: PolicyState, event: PolicyEvent, nowMs: number, decisions: Decision[]): void {
  if (event.kind === 'arrival') arrive(state, event, nowMs, decisions);
  else if (event.kind === 'tasks') {
    const ticket = state.tickets.get(event.request);
    if (ticket) beginTasks(state, ticket, event.stage, event.count, nowMs, decisions);
  } else if (event.kind === 'cancel') cancel(state, event.requests);
  else if (event.kind === 'drain') drain(state);
  else if (event.kind !== 'timer') {
    state.touched[event.module] = true;
    applyToWorker(state, event, nowMs, decisions);
  }
}

function applyToWorker(
  state: PolicyState,
  { kind, module: index, worker }: WorkerEvent,
  nowMs: number,
  decisions: Decision[],
): void {
  const module = state.modules[index]!;
  if (kind === 'up') workerUp(module, worker, nowMs);
  else if (kind === 'down') {
    const lost = module.running.get(worker) ?? [];
    const waiting = workerDown(module, worker).slice(lost.length);
    for (const task of waiting) if (!task.ticket.ended) enqueueTask(module, task, nowMs);
    tryAgain(state, index, lost, 'lost', decisions);
  } else {
    const tasks = batchEnded(module, worker, nowMs);
    if (kind === 'failed') tryAgain(state, index, tasks, 'failed', decisions);
    else for (let at = 0; at < tasks.length; at++) taskDone(state, tasks[at]!, nowMs, decisions);
  }
}

function cancel(state: PolicyState, requests: readonly number[]): void {
  for (const request of requests) {
    const ticket = state.tickets.get(request);
    if (ticket) ticket.ended = true;
    state.tickets.delete(request);
  }
  forget(state);
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

/** Takes what nobody waits for any more out of the queues. */
function forget({ modules }: PolicyState): void {
  for (const { queues } of modules)
    for (const queue of queues) queue.removeWhere(({ ticket }) => ticket.ended);
}

function arrive(
  state: PolicyState,
  { requests, route, deadlineMs, priority = USUAL_PRIORITY }: PolicyEvent & { kind: 'arrival' },
  nowMs: number,
  decisions: Decision[],
): void {
  const way = state.config.routes[route]!;
  const applicant = { count: requests.length, deadlineMs, priority };
  if (priority < state.leastImportant) makeWay(state, way, applicant, nowMs, decisions);
  const refusal = admit(way, state.modules, applicant, nowMs);
  if (refusal === undefined && priority > state.leastImportant) state.leastImportant = priority;
  for (let index = 0; index < requests.length; index++) {
    const request = requests[index]!;
    if (refusal !== undefined) decisions.push({ kind: 'shed', request, reason: refusal });
    else enter(state, createTicket(request, way, nowMs, deadlineMs, priority), nowMs, decisions);
  }
}

/** Less important requests that wait are given up, as far as that lets these be in time. */
function makeWay(
  state: PolicyState,
  way: Route,
  applicant: Applicant,
  nowMs: number,
  decisions: Decision[],
): void {
  const leaving = whoGivesWay(way, state.modules, applicant, nowMs);
  for (const ticket of leaving) {
    giveUp(state, ticket, { kind: 'shed', request: ticket.request, reason: 'displaced' }, decisions);
  }
  if (leaving.length > 0) forget(state);
}

/** Begins a request with the stages that wait for no other. */
function enter(state: PolicyState, ticket: Ticket, nowMs: number, decisions: Decision[]): void {
  const { stages } = ticket.route;
  state.tickets.set(ticket.request, ticket);
  for (let stage = 0; stage < stages.length; stage++) {
    if (stages[stage]!.parents.length === 0) begin(state, ticket, stage, undefined, nowMs, decisions);
  }
}

/**
 * All that the stage waits for is done,
 * @param parentPart or this task of its parent's, where it goes row by row
 */
function begin(
  state: PolicyState,
  ticket: Ticket,
  stage: number,
  parentPart: number | undefined,
  nowMs: number,
  decisions: Decision[],
): void {
  const { splits, module } = ticket.route.stages[stage]!;
  if (splits) decisions.push({ kind: 'split', request: ticket.request, stage, module, parentPart });
  else beginTasks(state, ticket, stage, 1, nowMs, decisions);
}

function beginTasks(
  state: PolicyState,
  ticket: Ticket,
  stage: number,
  count: number,
  nowMs: number,
  decisions: Decision[],
): void {
  const { request, route } = ticket;
  const { module, downstreamFastestMs, rowByRow } = route.stages[stage]!;
  ticket.tasksLeft[stage]! += rowByRow ? count - 1 : count;
  if (count === 0) {
    stageDoneIfAll(state, ticket, stage, nowMs, decisions);
    return;
  }
  const latestMs = ticket.deadlineMs - downstreamFastestMs;
  const deadlineMs = stageDeadlineMs(state.config.deadlines, ticket, stage, nowMs);
  state.touched[module] = true;
  for (let made = 0; made < count; made++) {
    const task: Task = {
      request,
      stage,
      part: rowByRow ? ticket.tasksBegun[stage]!++ : made,
      ticket,
      readyMs: nowMs,
      deadlineMs,
      latestMs,
      sequence: state.nextSequence++,
      overdue: state.draining,
      losses: 0,
    };
    enqueueTask(state.modules[module]!, task, nowMs);
    state.watch?.taskReady(module, deadlineMs, nowMs);
  }
}

function taskDone(
  state: PolicyState,
  { ticket, stage, part }: Task,
  nowMs: number,
  decisions: Decision[],
): void {
  if (ticket.ended) return;
  const { stages } = ticket.route;
  const { children } = stages[stage]!;
  ticket.tasksLeft[stage]! -= 1;
  for (let index = 0; index < children.length; index++) {
    const child = children[index]!;
    if (!stages[child]!.rowByRow) continue;
    ticket.tasksLeft[child]! += 1;
    beginWhenDue(state, ticket, child, part, nowMs, decisions);
  }
  stageDoneIfAll(state, ticket, stage, nowMs, decisions);
}

function stageDoneIfAll(
  state: PolicyState,
  ticket: Ticket,
  stage: number,
  nowMs: number,
  decisions: Decision[],
): void {
  const isDone = ticket.tasksLeft[stage] === 0 && ticket.missing[stage] === 0;
  if (isDone) stageDone(state, ticket, stage, nowMs, decisions);
}

/** Its children may begin, or the request is complete. */
function stageDone(
  state: PolicyState,
  ticket: Ticket,
  stage: number,
  nowMs: number,
  decisions: Decision[],
): void {
  const { stages } = ticket.route;
  ticket.stagesLeft -= 1;
  for (const child of stages[stage]!.children) {
    ticket.missing[child]! -= 1;
    if (ticket.missing[child]! > 0) continue;
    if (stages[child]!.rowByRow) stageDoneIfAll(state, ticket, child, nowMs, decisions);
    else beginWhenDue(state, ticket, child, undefined, nowMs, decisions);
  }
  // A child that had nothing to do may have been the last.
  if (ticket.stagesLeft > 0 || ticket.ended) return;
  ticket.ended = true;
  state.tickets.delete(ticket.request);
  decisions.push({ kind: 'complete', request: ticket.request });
}

function beginWhenDue(
  state: PolicyState,
  ticket: Ticket,
  stage: number,
  parentPart: number | undefined,
  nowMs: number,
  decisions: Decision[],
): void {
  const { paceMs, module, downstreamFastestMs } = ticket.route.stages[stage]!;
  const latestStartMs = ticket.deadlineMs - downstreamFastestMs - state.modules[module]!.fastestMs;
  const fromMs = state.config.paced ? Math.min(ticket.arrivedMs + paceMs, latestStartMs) : nowMs;
  if (fromMs <= nowMs) begin(state, ticket, stage, parentPart, nowMs, decisions);
  else state.held.insert({ deadlineMs: fromMs, sequence: state.nextSequence++, ticket, stage, parentPart });
}

/** What failed runs again in parts. Who was alone in it is to blame; for a lost worker only the second time. */
function tryAgain(
  state: PolicyState,
  module: number,
  tasks: readonly Task[],
  reason: 'failed' | 'lost',
  decisions: Decision[],
): void {
  const [task] = tasks;
  if (tasks.length === 1 && (reason === 'failed' || task!.losses > MOST_LOSSES)) {
    const { ticket, request } = task!;
    giveUp(state, ticket, { kind: 'fail', request, module, reason }, decisions);
  } else state.modules[module]!.again.push(...inHalves(tasks));
}

/** Ends a request that cannot be completed, with everything of it that still waits. */
function giveUp(state: PolicyState, ticket: Ticket, decision: Decision, decisions: Decision[]): void {
  if (ticket.ended) return;
  ticket.ended = true;
  state.tickets.delete(ticket.request);
  decisions.push(decision);
  if (ticket.route.stages.length > 1 || ticket.route.stages[0]!.splits) forget(state);
}
