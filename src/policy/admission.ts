/**
 * Admission: a request that cannot make its deadline whatever is done is refused at once, so that its client can go
 * elsewhere and nobody else waits for it; unless less important ones wait, and enough time is left if they give way. Cost: one
 * binary search per module at the head of the route; where somebody gives way, some passes over what is queued there.
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
  /** Whether what runs now counts as if it had just begun; as if it were done otherwise. */
  readonly countsRunning: boolean;
}

const HOPEFUL: Assumption = { leaving: new Set(), countsRunning: false };

/** Why requests that arrive together must be refused, or undefined if all of them may come in. */
export function admit(
  route: Route,
  modules: readonly ModuleState[],
  { count, deadlineMs }: Applicant,
  nowMs: number,
  { leaving, countsRunning }: Assumption = HOPEFUL,
): ShedReason | undefined {
  if (nowMs + route.fastestMs > deadlineMs) return 'deadline-too-short';
  for (const stage of route.roots) {
    const { module, downstreamFastestMs } = route.stages[stage]!;
    const state = modules[module]!;
    const queued = queuedTasks(state) - leavingTasks(state, leaving, Number.POSITIVE_INFINITY);
    if (queued + count > state.config.queueLimit) return 'queue-full';
    const latestMs = deadlineMs - downstreamFastestMs;
    // Who came before and missed its planned time still is to be answered by its own deadline.
    const last: Queued = { deadlineMs: latestMs, sequence: Number.POSITIVE_INFINITY };
    let ahead = 0;
    for (let queue = 0; queue < state.queues.length; queue++) ahead += state.queues[queue]!.countBefore(last);
    ahead -= leavingTasks(state, leaving, latestMs);
    if (countsRunning) for (const tasks of state.running.values()) ahead += tasks.length;
    if (nowMs + Math.max(state.fastestMs, (ahead + count) / state.ratePerMs) > latestMs) return 'overload';
  }
  return undefined;
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
  const waiting = lessImportant(route, modules, applicant.priority);
  const fits = (count: number): boolean =>
    admit(route, modules, applicant, nowMs, {
      leaving: new Set(waiting.slice(0, count)),
      countsRunning: true,
    }) === undefined;
  if (waiting.length === 0 || fits(0) || !fits(waiting.length)) return [];
  let [tooFew, enough] = [0, waiting.length];
  while (enough - tooFew > 1) {
    const middle = (tooFew + enough) >>> 1;
    if (fits(middle)) enough = middle;
    else tooFew = middle;
  }
  return waiting.slice(0, enough);
}

function lessImportant({ roots, stages }: Route, modules: readonly ModuleState[], than: number): Ticket[] {
  const found = new Set<Ticket>();
  for (const stage of roots) {
    for (const queue of modules[stages[stage]!.module]!.queues) {
      for (let at = 0; at < queue.length; at++) {
        const { ticket } = queue.at(at);
        if (ticket.priority > than && !ticket.ended) found.add(ticket);
      }
    }
  }
  return [...found].sort(
    (a, b) => b.priority - a.priority || b.deadlineMs - a.deadlineMs || b.request - a.request,
  );
}
