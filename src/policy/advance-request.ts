/**
 * The way of a request through its stages: tasks that begin and queue at a module, those that are done and let others begin,
 * and the end, complete or given up.
 */
import type { Decision } from './events.ts';
import { enqueueTask, queuedTasks } from './module-state.ts';
import type { PolicyState } from './policy-state.ts';
import { stageDeadlineMs } from './stage-deadline.ts';
import type { Task } from './task.ts';
import type { Ticket } from './ticket.ts';

/** An event is delivered: what changes, when, and what has been decided so far. */
export interface Moment {
  readonly state: PolicyState;
  readonly nowMs: number;
  readonly decisions: Decision[];
}

/** Begins a request with the stages that wait for no other. */
export function enter(moment: Moment, ticket: Ticket): void {
  const { stages } = ticket.route;
  const { modules, tickets } = moment.state;
  tickets.set(ticket.request, ticket);
  for (let stage = 0; stage < stages.length; stage++) {
    const { parents, module } = stages[stage]!;
    if (parents.length === 0) begin(moment, ticket, stage, undefined);
    else modules[module]!.coming.insert(ticket);
  }
}

/** Begins what waited for its planned time, as far as that has come; @returns when the next has, ms */
export function beginHeld(moment: Moment): number {
  const { state, nowMs } = moment;
  const { held } = state;
  while (held.length > 0 && held.at(0).deadlineMs <= nowMs) {
    const { ticket, stage, parentPart } = held.take(0, 1)[0]!;
    if (!ticket.ended) begin(moment, ticket, stage, parentPart);
  }
  return held.length > 0 ? held.at(0).deadlineMs : Number.POSITIVE_INFINITY;
}

/**
 * All that the stage waits for is done,
 * @param parentPart or this task of its parent's, where it goes row by row
 */
function begin(moment: Moment, ticket: Ticket, stage: number, parentPart: number | undefined): void {
  const { splits, module } = ticket.route.stages[stage]!;
  if (splits) moment.decisions.push({ kind: 'split', request: ticket.request, stage, module, parentPart });
  else beginTasks(moment, ticket, stage, 1);
}

/** So many tasks come to the stage's module. */
export function beginTasks(moment: Moment, ticket: Ticket, stage: number, count: number): void {
  const { state, nowMs } = moment;
  const { request, route } = ticket;
  const { module: index, downstreamFastestMs, rowByRow, parents } = route.stages[stage]!;
  const module = state.modules[index]!;
  if (parents.length > 0) module.coming.remove(ticket);
  ticket.tasksLeft[stage]! += rowByRow ? count - 1 : count;
  if (count === 0) {
    stageDoneIfAll(moment, ticket, stage);
    return;
  }
  if (queuedTasks(module) + count > module.config.queueLimit) {
    giveUp(moment, ticket, { kind: 'shed', request, reason: 'queue-full' });
    return;
  }
  const latestMs = ticket.deadlineMs - downstreamFastestMs;
  const deadlineMs = stageDeadlineMs(state.config, ticket, stage, nowMs);
  state.touched[index] = true;
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
    enqueueTask(module, task, nowMs);
    state.watch?.taskReady(index, deadlineMs, nowMs);
  }
}

export function taskDone(moment: Moment, { ticket, stage, part }: Task): void {
  if (ticket.ended) return;
  const { stages } = ticket.route;
  const { children } = stages[stage]!;
  ticket.tasksLeft[stage]! -= 1;
  for (let index = 0; index < children.length; index++) {
    const child = children[index]!;
    if (!stages[child]!.rowByRow) continue;
    ticket.tasksLeft[child]! += 1;
    beginWhenDue(moment, ticket, child, part);
  }
  stageDoneIfAll(moment, ticket, stage);
}

function stageDoneIfAll(moment: Moment, ticket: Ticket, stage: number): void {
  if (ticket.tasksLeft[stage] === 0 && ticket.missing[stage] === 0) stageDone(moment, ticket, stage);
}

/** Its children may begin, or the request is complete. */
function stageDone(moment: Moment, ticket: Ticket, stage: number): void {
  const { stages } = ticket.route;
  const { module, rowByRow, children } = stages[stage]!;
  ticket.stagesLeft -= 1;
  // Of no row of its parent has anything come.
  if (rowByRow) moment.state.modules[module]!.coming.remove(ticket);
  for (const child of children) {
    ticket.missing[child]! -= 1;
    if (ticket.missing[child]! > 0) continue;
    if (stages[child]!.rowByRow) stageDoneIfAll(moment, ticket, child);
    else beginWhenDue(moment, ticket, child, undefined);
  }
  // A child that had nothing to do may have been the last.
  if (ticket.stagesLeft > 0) return;
  end(moment, ticket, { kind: 'complete', request: ticket.request });
}

function beginWhenDue(moment: Moment, ticket: Ticket, stage: number, parentPart: number | undefined): void {
  // An earlier child may have found no room.
  if (ticket.ended) return;
  const { state, nowMs } = moment;
  const { paceMs, module, downstreamFastestMs } = ticket.route.stages[stage]!;
  const latestStartMs = ticket.deadlineMs - downstreamFastestMs - state.modules[module]!.fastestMs;
  const fromMs = state.config.paced ? Math.min(ticket.arrivedMs + paceMs, latestStartMs) : nowMs;
  if (fromMs <= nowMs) begin(moment, ticket, stage, parentPart);
  else state.held.insert({ deadlineMs: fromMs, sequence: state.nextSequence++, ticket, stage, parentPart });
}

/** Ends a request that cannot be completed, with everything of it that still waits. */
export function giveUp(moment: Moment, ticket: Ticket, decision: Decision): void {
  if (ticket.ended) return;
  end(moment, ticket, decision);
  if (ticket.route.stages.length > 1 || ticket.route.stages[0]!.splits) forgetEnded(moment.state);
}

function end({ state, decisions }: Moment, ticket: Ticket, decision: Decision): void {
  if (ticket.ended) return;
  const { modules, tickets } = state;
  ticket.ended = true;
  tickets.delete(ticket.request);
  decisions.push(decision);
  if (decision.kind !== 'complete') comesNoMore(modules, ticket);
}

/** To stages that it has not come to yet. */
export function comesNoMore(modules: PolicyState['modules'], ticket: Ticket): void {
  const { stages } = ticket.route;
  for (let stage = 0; stage < stages.length; stage++) {
    const { parents, module } = stages[stage]!;
    if (parents.length > 0) modules[module]!.coming.remove(ticket);
  }
}

/** Takes what nobody waits for any more out of the queues. */
export function forgetEnded({ modules }: PolicyState): void {
  for (const { queues } of modules)
    for (const queue of queues) queue.removeWhere(({ ticket }) => ticket.ended);
}
