/**
 * Whether a plan's promise can still hold for what has been sent: requests drain like a fluid, at the rate that the workers which
 * are up serve at best by the planned durations. No order of work completes more than that does; where more is under way than it
 * drains within the SLO, some request must miss it. Those are not counted from then on.
 */
import { type FeasiblePlan, TOLERANCE } from '../domain/plan.ts';
import { allocationDurations } from '../latency/allocation-durations.ts';
import type { PolicySetup } from '../policy/configure-policy.ts';
import type { Fault } from './simulate.ts';

export class Backlog {
  private readonly plan: FeasiblePlan;
  private readonly workers: PolicySetup['workers'];
  private readonly sloMs: number;
  /** Tasks per ms that each worker serves at best. */
  private readonly bestPerMs: number[];
  private readonly isUp: boolean[];
  /** Requests per ms that the module with the least serves. */
  private drainPerMs: number;
  private requests = 0;
  private atMs = 0;

  /** With every worker up. */
  constructor(plan: FeasiblePlan, { workers }: PolicySetup, sloMs: number) {
    this.plan = plan;
    this.workers = workers;
    this.sloMs = sloMs;
    this.bestPerMs = workers.map(({ module, type }) => {
      const { durationMs } = allocationDurations(plan.modules[module]!, type);
      return durationMs.reduce((best, ms, size) => (size > 0 ? Math.max(best, size / ms) : best), 0);
    });
    this.isUp = workers.map(() => true);
    this.drainPerMs = this.leastPerMs();
  }

  /** @returns whether this request and those before it can all be in time */
  sent(nowMs: number): boolean {
    this.drainUntil(nowMs);
    this.requests += 1;
    return this.keepWhatCanBeInTime();
  }

  /** @returns whether those under way can all be in time */
  struck({ kind, worker }: Fault, nowMs: number): boolean {
    this.drainUntil(nowMs);
    this.isUp[worker] = kind === 'up';
    this.drainPerMs = this.leastPerMs();
    return this.keepWhatCanBeInTime();
  }

  /** Requests are told of a little ahead of what happens to workers. */
  private drainUntil(nowMs: number): void {
    const lastedMs = Math.max(0, nowMs - this.atMs);
    this.requests = Math.max(0, this.requests - lastedMs * this.drainPerMs);
    this.atMs = Math.max(this.atMs, nowMs);
  }

  private keepWhatCanBeInTime(): boolean {
    const most = this.drainPerMs * this.sloMs * (1 + TOLERANCE);
    if (this.requests <= most) return true;
    this.requests = most;
    return false;
  }

  private leastPerMs(): number {
    const perModule = this.plan.modules.map(({ perRequest }, index) => {
      const own = this.workers.filter(({ id, module }) => module === index && this.isUp[id]);
      return own.reduce((sum, { id }) => sum + this.bestPerMs[id]!, 0) / perRequest;
    });
    return Math.min(...perModule);
  }
}
