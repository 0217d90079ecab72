/**
 * Admission: a request that cannot make its deadline whatever is done is refused at once, so that its client can go
 * elsewhere and nobody else waits for it; unless less important ones wait, and enough time is left if they give way. Cost: two
 * binary searches per module of the route; where somebody gives way, some passes over what is queued there.
 */
import type { Queued } from './deadline-queue.ts';
import { type ModuleState, queuedTasks } from './module-state.ts';
import type { Route } from './route.ts';
import type { Ticket } from './ticket.ts';

export type ShedReason =
  /** Even an idle server would take longer than the request allows. */
  | 'deadline-too-short'
  /** What is queued before it takes all the time there is. */
  | 'overload'
  /** The queue is at its limit, on arrival or when it comes there. */
  | 'queue-full'
  /** It was taken, and gave way to a more important one. */
  | 'displaced';

/** Requests that arrive together. */
export interface Applicant {
  /** How many they are. */
  readonly count: number;
  readonly deadlineMs: number;
  /** The lower, the more important. */
  readonly priority: number;
}

/** What is taken to be out of the way, or not. */
interface Assumption {
  /** Requests that are queued, and would make room. */
  readonly leaving: ReadonlySet<Ticket>;
  /** Whether what runs now counts as if it had just begun, and all come who may; as if it were done otherwise. */
  readonly countsRunning: boolean;
}

const HOPEFUL: Assumption = { leaving: new Set(), countsRunning: false };
const CAREFUL: Assumption = { leaving: new Set(), countsRunning: true };

/** Why requests that arrive together must be refused, or undefined if all of them may come in. */
export function admit(
  route: Route,
  modules: readonly ModuleState[],
  applicant: Applicant,
  nowMs: number,
  assumption: Assumption = HOPEFUL,
): ShedReason | undefined {
  if (nowMs + route.fastestMs > applicant.deadlineMs) return 'deadline-too-short';
  for (let stage = 0; stage < route.stages.length; stage++) {
    const refusal = refusalAt(route, stage, modules, applicant, nowMs, assumption);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** Why this stage of the way cannot take them. */
function refusalAt(
  { stages }: Route,
  stage: number,
  modules: readonly ModuleState[],
  { count, deadlineMs }: Applicant,
  nowMs: number,
  assumption: Assumption,
): ShedReason | undefined {
  const { module, parents, splits, tasksPerRequest, downstreamFastestMs } = stages[stage]!;
  const isFirst = parents.length === 0;
  // Many have no task there: nobody knows yet whether these have.
  if (!isFirst && tasksPerRequest < 1) return undefined;
  const { leaving, countsRunning } = assumption;
  const state = modules[module]!;
  const queued = queuedTasks(state) - leavingTasks(state, leaving, Number.POSITIVE_INFINITY);
  // Further on, room for one is room: until they are there, others have left.
  if (queued + (isFirst ? count : 1) > state.config.queueLimit) return 'queue-full';
  const latestMs = deadlineMs - downstreamFastestMs;
  // Who came before and missed its planned time still is to be answered by its own deadline.
  const last: Queued = { deadlineMs: latestMs, sequence: Number.POSITIVE_INFINITY };
  let ahead = 0;
  for (let queue = 0; queue < state.queues.length; queue++) ahead += state.queues[queue]!.countBefore(last);
  ahead -= leavingTasks(state, leaving, latestMs);
  if (countsRunning) for (const tasks of state.running.values()) ahead += tasks.length;
  if (isFirst) {
    const tookMs = Math.max(state.fastestMs, (ahead + count) / state.ratePerMs);
    return nowMs + tookMs > latestMs ? 'overload' : undefined;
  }
  ahead += comingBefore(stages, stage, modules, deadlineMs, nowMs, assumption);
  // Of what they are, a stage that splits may make nothing.
  return nowMs + (ahead + (splits ? 0 : count)) / state.ratePerMs > latestMs ? 'overload' : undefined;
}

/**
 * What a stage is not sure to pass on by some time, in full batches: the one that runs now, and the one that is not done by then.
 * The half more was measured: with less, pipelines whose modules are nearly as fast as one another serve fewer under overload
 * (docs/decisions/0004).
 */
const UNSURE_BATCHES = 2.5;

/**
 * Requests due by then that are still to come to the stage. Many of them may expire before: hopefully only as many come as
 * each stage before is sure to pass on. One that makes several tasks counts as one.
 */
function comingBefore(
  stages: Route['stages'],
  stage: number,
  modules: readonly ModuleState[],
  deadlineMs: number,
  nowMs: number,
  { leaving, countsRunning }: Assumption,
): number {
  const { module, parents } = stages[stage]!;
  const { coming } = modules[module]!;
  let count = coming.countBefore({ deadlineMs, sequence: Number.POSITIVE_INFINITY });
  for (const ticket of leaving) if (ticket.deadlineMs <= deadlineMs && coming.has(ticket)) count -= 1;
  if (countsRunning) return count;
  for (let index = 0; index < parents.length; index++) {
    const parent = stages[parents[index]!]!;
    const { ratePerMs, longestMs } = modules[parent.module]!;
    const leftMs = deadlineMs - parent.downstreamFastestMs - nowMs - UNSURE_BATCHES * longestMs;
    count = Math.min(count, (Math.max(0, leftMs) * ratePerMs) / parent.tasksPerRequest);
  }
  return count;
}

/** Of those who leave, the tasks that are queued here and due by then. */
function leavingTasks({ queues }: ModuleState, leaving: ReadonlySet<Ticket>, untilMs: number): number {
  if (leaving.size === 0) return 0;
  let count = 0;
  for (const queue of queues) {
    for (let at = 0; at < queue.length; at++) {
      const { ticket, deadlineMs } = queue.at(at);
      if (deadlineMs <= untilMs && leaving.has(ticket)) count += 1;
    }
  }
  return count;
}

/**
 * Who gives way to requests that might not be in time: the least important, of those the last due, and no more than need be.
 * @returns nobody where there is no need, or even all of them would not be enough
 */
export function whoGivesWay(
  route: Route,
  modules: readonly ModuleState[],
  applicant: Applicant,
  nowMs: number,
): readonly Ticket[] {
  const waiting = lessImportant(route, modules, applicant, nowMs);
  const fits = (count: number): boolean =>
    admit(route, modules, applicant, nowMs, { ...CAREFUL, leaving: new Set(waiting.slice(0, count)) }) ===
    undefined;
  if (waiting.length === 0 || fits(0) || !fits(waiting.length)) return [];
  let [tooFew, enough] = [0, waiting.length];
  while (enough - tooFew > 1) {
    const middle = (tooFew + enough) >>> 1;
    if (fits(middle)) enough = middle;
    else tooFew = middle;
  }
  return waiting.slice(0, enough);
}

/** Those under way who have yet to pass a stage that cannot take the newcomers. */
function lessImportant(
  route: Route,
  modules: readonly ModuleState[],
  applicant: Applicant,
  nowMs: number,
): Ticket[] {
  const found = new Set<Ticket>();
  const look = (ticket: Ticket): void => {
    if (ticket.priority > applicant.priority && !ticket.ended) found.add(ticket);
  };
  for (const [stage, { module, parents }] of route.stages.entries()) {
    const refusal = refusalAt(route, stage, modules, applicant, nowMs, CAREFUL);
    if (refusal === undefined) continue;
    const { queues, coming } = modules[module]!;
    for (const queue of queues) for (let at = 0; at < queue.length; at++) look(queue.at(at).ticket);
    // Who is still to come takes up no room.
    if (parents.length > 0 && refusal === 'overload')
      for (let at = 0; at < coming.length; at++) look(coming.at(at));
  }
  return [...found].sort(
    (a, b) => b.priority - a.priority || b.deadlineMs - a.deadlineMs || b.request - a.request,
  );
}
