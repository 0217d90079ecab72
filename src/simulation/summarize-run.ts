/** Watches a simulated plan and sums up what became of its requests and what its machines did; in constant memory. */
import { type FeasiblePlan, TOLERANCE } from '../domain/plan.ts';
import type { Outcome, Outcomes, SimulationResult } from '../domain/simulation.ts';
import { LogHistogram } from '../numeric/log-histogram.ts';
import type { PolicySetup } from '../policy/configure-policy.ts';
import { Backlog } from './backlog.ts';
import { latencyBins } from './latency-bins.ts';
import type { EndDecision, Observer } from './simulate.ts';
import { NO_OUTCOMES, Timeline } from './timeline.ts';
import { MachineWatch } from './watch-machines.ts';

/** The part of a simulation's file that is seen; the rest is what was asked for. */
export type Seen = Pick<
  SimulationResult,
  | keyof Outcomes
  | 'durationMs'
  | 'attainment'
  | 'goodputRps'
  | 'latencyMs'
  | 'histogram'
  | 'shedBecause'
  | 'modules'
  | 'machines'
  | 'coreSeconds'
  | 'timeline'
>;

export interface Watch {
  readonly observer: Observer;
  /** @param endMs of the run */
  seen(endMs: number): Seen;
}

/** @param intervalMs of the timeline, at first */
export function watchRun(plan: FeasiblePlan, setup: PolicySetup, sloMs: number, intervalMs: number): Watch {
  const outcomes: Outcomes = { ...NO_OUTCOMES };
  const shedBecause: Record<string, number> = {};
  const latencies = new LogHistogram();
  const timeline = new Timeline(intervalMs);
  const machines = new MachineWatch(plan, setup);
  const backlog = new Backlog(plan, setup, sloMs);
  const cores = setup.workers.reduce((sum, worker) => sum + worker.cores, 0);
  const limitMs = sloMs * (1 + TOLERANCE);
  let firstMs = Number.POSITIVE_INFINITY;

  const observer: Observer = {
    sent(_, nowMs) {
      firstMs = Math.min(firstMs, nowMs);
      timeline.sent(nowMs);
      if (!backlog.sent(nowMs)) timeline.overloaded(nowMs);
    },
    struck(fault, nowMs) {
      if (!backlog.struck(fault, nowMs)) timeline.overloaded(nowMs);
    },
    started(decision, nowMs) {
      timeline.started(decision.tasks.length, nowMs);
      machines.started(decision);
    },
    batchEnded(decision, startMs, nowMs, earliestSentMs) {
      machines.batchEnded(decision, startMs, nowMs, earliestSentMs);
    },
    ended(decision, nowMs, latencyMs) {
      const outcome = outcomeOf(decision, latencyMs, limitMs);
      outcomes.requests += 1;
      outcomes[outcome] += 1;
      timeline.ended(outcome, nowMs);
      if (decision.kind === 'complete') latencies.add(latencyMs);
      else if (decision.kind === 'expire') machines.expired(decision.module);
      else if (decision.kind === 'shed') {
        shedBecause[decision.reason] = (shedBecause[decision.reason] ?? 0) + 1;
      }
    },
  };
  return {
    observer,
    seen(endMs) {
      const durationMs = Math.max(0, endMs - firstMs);
      return {
        durationMs,
        ...outcomes,
        attainment: outcomes.requests > 0 ? outcomes.served / outcomes.requests : 1,
        goodputRps: durationMs > 0 ? (outcomes.served * 1000) / durationMs : 0,
        ...(latencies.count > 0 && { latencyMs: figuresOf(latencies) }),
        histogram: latencyBins(latencies),
        shedBecause,
        modules: machines.seenModules(durationMs),
        machines: machines.seenMachines(durationMs),
        coreSeconds: (cores * durationMs) / 1000,
        timeline: timeline.intervals(cores),
      };
    },
  };
}

const OUTCOME_OF = { shed: 'shed', expire: 'expired', fail: 'failed' } as const;

function outcomeOf({ kind }: EndDecision, latencyMs: number, limitMs: number): Outcome {
  if (kind !== 'complete') return OUTCOME_OF[kind];
  return latencyMs <= limitMs ? 'served' : 'late';
}

const figuresOf = (latencies: LogHistogram) => ({
  mean: latencies.mean,
  p50: latencies.quantile(0.5),
  p95: latencies.quantile(0.95),
  p99: latencies.quantile(0.99),
  max: latencies.max,
});
