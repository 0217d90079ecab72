/**
 * Admission: a request that cannot make its deadline whatever is done is refused at once, so that its client can go
 * elsewhere and nobody else waits for it. Cost: one binary search per module at the head of the route.
 */
import type { ModuleState } from './module-scheduler.ts';
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
  for (const { module, parents, dueMs, downstreamFastestMs } of route.stages) {
    if (parents > 0) continue;
    const { queue, config, ratePerMs, fastestMs } = modules[module]!;
    if (queue.length + count > config.queueLimit) return 'queue-full';
    const latestMs = deadlineMs - downstreamFastestMs;
    const ahead = queue.countBefore({
      deadlineMs: Math.min(nowMs + dueMs, latestMs),
      sequence: Number.POSITIVE_INFINITY,
    });
    if (nowMs + Math.max(fastestMs, (ahead + count) / ratePerMs) > latestMs) return 'overload';
  }
  return undefined;
}
