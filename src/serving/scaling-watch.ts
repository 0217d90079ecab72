/**
 * What is told of decisions about cores while a plan is in force: a line in the log and metrics for each that changes something, what
 * resizes took, and that another plan is due where cores stand at a limit for long.
 */
import { counted } from '../domain/counted.ts';
import type { FeasiblePlan } from '../domain/plan.ts';
import { type Limit, PlanDue } from '../scaling/plan-due.ts';
import type { ScaledSetup, ScaledState } from '../scaling/scaled-state.ts';
import { leastCores, mostCores, type ScalingDecision } from '../scaling/scaling-policy.ts';
import type { CrewRecord } from './live/crew-record.ts';
import { planAgain } from './plan-again.ts';
import type { TriedResize } from './resizer.ts';
import type { ScalingMetrics } from './scaling-metrics.ts';

export interface ScalingWatchParts {
  readonly plan: FeasiblePlan;
  readonly planFile: string;
  readonly poolCores: number;
  readonly metrics: ScalingMetrics;
  readonly record: CrewRecord;
  /** Requests/s of late. */
  readonly rateRps: () => number;
  readonly onEvent: (text: string) => void;
}

export class ScalingWatch {
  private readonly parts: ScalingWatchParts;
  private readonly acts: boolean;
  /** By module. */
  private readonly told: ScalingDecision[];
  private readonly due: readonly PlanDue[];

  constructor(parts: ScalingWatchParts, { modules, acts }: ScaledSetup) {
    this.parts = parts;
    this.acts = acts;
    this.told = modules.map(({ decision }) => decision);
    this.due = modules.map(
      ({ config, decision }) =>
        new PlanDue({ least: leastCores(config), planned: decision.cores, most: mostCores(config) }),
    );
  }

  decided({ advisers }: ScaledState): void {
    for (const [module, { decision, wish }] of advisers.entries()) {
      const before = this.told[module]!;
      if (before.cores === decision.cores && before.reason === decision.reason) continue;
      this.told[module] = decision;
      const { name } = this.parts.plan.modules[module]!;
      this.parts.metrics.decided(name, decision, wish.cores);
      if (before.cores !== decision.cores || decision.reason === 'shared')
        this.parts.onEvent(`${this.change(name, before, decision)}: ${this.why(before, decision, wish)}`);
    }
  }

  /** After the decisions of a tick. */
  ticked({ advisers }: ScaledState): void {
    for (const [module, { decision }] of advisers.entries()) {
      const isShort = decision.reason === 'misses' || decision.reason === 'shared';
      const limit = this.due[module]!.tick(decision.cores, isShort);
      if (limit !== undefined) this.parts.onEvent(this.newPlan(module, decision.cores, limit));
    }
  }

  tried(tried: TriedResize): void {
    const { worker, from, cores, tookMs, error } = tried;
    const { plan, metrics, record, onEvent } = this.parts;
    const { name } = plan.modules[record.workers[worker]!.module]!;
    metrics.resized(name, worker, error ? 'failed' : cores > from ? 'up' : 'down', tookMs);
    if (error)
      onEvent(
        `worker ${worker} (${name}) keeps its ${counted(from, 'core')}, ${cores} could not be had: ${error.message}`,
      );
    else {
      record.workerResized(worker, cores);
      metrics.holds(name, worker, cores);
      onEvent(
        `worker ${worker} (${name}) has ${counted(cores, 'core')}, ${tookMs.toFixed(1)} ms after the decision`,
      );
    }
  }

  private change(name: string, before: ScalingDecision, { cores }: ScalingDecision): string {
    const said = this.acts ? '' : 'advice, not carried out: ';
    return `${said}cores of ${name} ${before.cores} → ${cores}`;
  }

  private why(before: ScalingDecision, decision: ScalingDecision, wish: ScalingDecision): string {
    const { cores, reason, expectedMisses = 0 } = decision;
    if (reason === 'shared')
      return `the demand exceeds the machine: ${wish.cores} are wanted, all share ${this.parts.poolCores}`;
    if (reason === 'misses')
      return `even so ${expectedMisses.toFixed(1)} requests are expected to miss their deadlines within a second`;
    if (reason === 'no-history') return 'too little is known yet';
    return (cores > before.cores ? WHY_MORE : WHY_FEWER)[reason ?? 'rate'];
  }

  private newPlan(module: number, cores: number, limit: Limit): string {
    const { name } = this.parts.plan.modules[module]!;
    return (
      `a new plan is due: ${name} has stood at ${counted(cores, 'core')}, its ${limit}, for minutes; ` +
      planAgain(this.parts, this.parts.rateRps())
    );
  }
}

const WHY_MORE = {
  rate: 'the rate needs as many',
  deadlines: 'deadlines need more than the rate does',
} as const;

const WHY_FEWER = {
  rate: 'the rate needs no more',
  deadlines: 'deadlines need no more, though more than the rate does',
} as const;
