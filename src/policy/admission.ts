/**
 * Admission: a request that cannot make its deadline whatever is done is refused at once, so that its client can go
 * elsewhere and nobody else waits for it. Cost: one binary search per module at the head of the route.
 */
import { type ModuleState, queuedTasks } from './module-state.ts';
import type { Route } from './route.ts';

export type ShedReason =
  /** Even an idle server would take longer than the request allows. */
  | 'deadline-too-short'
  /** What is queued before it takes all the time there is. */
  | 'overload'
  /** The queue is at its limit. */
  | 'queue-full';

/**
 * Why requests that arrive together must be refused, or undefined if all of them may come in.
 * @param count how many they are
 */
export function admit(
  route: Route,
  modules: readonly ModuleState[],
  count: number,
  deadlineMs: number,
  nowMs: number,
): ShedReason | undefined {
  if (nowMs + route.fastestMs > deadlineMs) return 'deadline-too-short';
  for (const stage of route.roots) {
    const { module, downstreamFastestMs } = route.stages[stage]!;
    const { queues, config, ratePerMs, fastestMs } = modules[module]!;
    if (queuedTasks(modules[module]!) + count > config.queueLimit) return 'queue-full';
    const latestMs = deadlineMs - downstreamFastestMs;
    // Who came before and missed its planned time still is to be answered by its own deadline.
    const last = { deadlineMs: latestMs, sequence: Number.POSITIVE_INFINITY };
    let ahead = 0;
    for (let queue = 0; queue < queues.length; queue++) ahead += queues[queue]!.countBefore(last);
    if (nowMs + Math.max(fastestMs, (ahead + count) / ratePerMs) > latestMs) return 'overload';
  }
  return undefined;
}
