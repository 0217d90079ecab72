/** Watches a simulated plan and sums up what became of its requests and what its machines did; in constant memory. */
import type { FeasiblePlan } from '../domain/plan.ts';
import type { Outcomes, SimulatedMachine, SimulatedModule, SimulationResult } from '../domain/simulation.ts';
import { LogHistogram } from '../numeric/log-histogram.ts';
import type { PolicySetup } from '../policy/configure-policy.ts';
import type { EndDecision, Observer } from './simulate.ts';
import { NO_OUTCOMES, Timeline } from './timeline.ts';

/** The part of a simulation's file that is seen; the rest is what was asked for. */
export type Seen = Pick<
  SimulationResult,
  | keyof Outcomes
  | 'durationMs'
  | 'attainment'
  | 'goodputRps'
  | 'latencyMs'
  | 'histogram'
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

const OUTCOME_OF = { shed: 'shed', expire: 'expired', fail: 'failed' } as const;

/** @param intervalMs of the timeline, at first */
export function watchRun(plan: FeasiblePlan, setup: PolicySetup, sloMs: number, intervalMs: number): Watch {
  const outcomes: Outcomes = { ...NO_OUTCOMES };
  const latencies = new LogHistogram();
  const timeline = new Timeline(intervalMs);
  const workers = setup.workers.map(() => ({ batches: 0, tasks: 0, busyMs: 0 }));
  const modules = plan.modules.map(() => ({
    leftBecause: {} as Record<string, number>,
    beyondMs: Number.NEGATIVE_INFINITY,
    expired: 0,
  }));
  const stages = setup.config.routes[0]!.stages;
  let underWay = 0;
  let firstMs = Number.POSITIVE_INFINITY;

  const outcomeOf = (decision: EndDecision, latencyMs: number): Exclude<keyof Outcomes, 'requests'> =>
    decision.kind !== 'complete'
      ? OUTCOME_OF[decision.kind]
      : latencyMs <= sloMs * (1 + ROUNDING)
        ? 'served'
        : 'late';

  const observer: Observer = {
    sent(_, nowMs) {
      underWay += 1;
      if (nowMs < firstMs) firstMs = nowMs;
    },
    started({ module, tasks, reason }, nowMs) {
      timeline.started(tasks.length, nowMs);
      const { leftBecause } = modules[module]!;
      leftBecause[reason] = (leftBecause[reason] ?? 0) + 1;
    },
    batchEnded({ module, worker, tasks }, startMs, nowMs, earliestSentMs) {
      const seen = workers[worker]!;
      seen.batches += 1;
      seen.tasks += tasks.length;
      seen.busyMs += nowMs - startMs;
      const beyondMs = nowMs - earliestSentMs - stages[module]!.dueMs;
      if (beyondMs > modules[module]!.beyondMs) modules[module]!.beyondMs = beyondMs;
    },
    ended(decision, nowMs, latencyMs) {
      underWay -= 1;
      const outcome = outcomeOf(decision, latencyMs);
      outcomes.requests += 1;
      outcomes[outcome] += 1;
      if (decision.kind === 'complete') latencies.add(latencyMs);
      if (decision.kind === 'expire') modules[decision.module]!.expired += 1;
      timeline.ended(outcome, nowMs, underWay);
    },
  };
  return {
    observer,
    seen: (endMs) => {
      const lastedMs = Math.max(0, endMs - Math.min(firstMs, endMs));
      const machines = setup.workers.map(
        ({ id, module, type, hardware, cores, batchSize }): SimulatedMachine => ({
          module: plan.modules[module]!.name,
          worker: id,
          rank: type + 1,
          hardware,
          cores,
          batchSize,
          batches: workers[id]!.batches,
          meanBatch: ratio(workers[id]!.tasks, workers[id]!.batches),
          busyFraction: Math.min(1, ratio(workers[id]!.busyMs, lastedMs)),
        }),
      );
      const cores = setup.workers.reduce((sum, worker) => sum + worker.cores, 0);
      return {
        durationMs: lastedMs,
        ...outcomes,
        attainment: outcomes.requests > 0 ? outcomes.served / outcomes.requests : 1,
        goodputRps: ratio(outcomes.served * 1000, lastedMs),
        latencyMs: {
          mean: latencies.mean,
          p50: latencies.quantile(0.5),
          p95: latencies.quantile(0.95),
          p99: latencies.quantile(0.99),
          max: latencies.max,
        },
        histogram: binsOf(latencies),
        modules: plan.modules.map(({ name }, index): SimulatedModule => {
          const own = machines.filter((machine) => machine.module === name);
          const batches = own.reduce((sum, machine) => sum + machine.batches, 0);
          const tasks = own.reduce((sum, { meanBatch, batches: each }) => sum + meanBatch * each, 0);
          const { leftBecause, beyondMs, expired } = modules[index]!;
          return {
            name,
            batches,
            meanBatch: ratio(tasks, batches),
            busyFraction: ratio(
              own.reduce((sum, { busyFraction }) => sum + busyFraction, 0),
              own.length,
            ),
            leftBecause,
            maxBeyondPlanMs: Number.isFinite(beyondMs) ? beyondMs : 0,
            expired,
          };
        }),
        machines,
        coreSeconds: (cores * lastedMs) / 1000,
        timeline: timeline.intervals(cores),
      };
    },
  };
}

/** A latency that equals the SLO but for rounding is in time. */
const ROUNDING = 1e-9;
const BINS = 20;

const ratio = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);

/** Bins of equal width up to the largest latency. */
function binsOf(latencies: LogHistogram): SimulationResult['histogram'] {
  if (latencies.count === 0) return [];
  const widthMs = niceWidth(latencies.max / BINS);
  const bins = Math.floor(latencies.max / widthMs) + 1;
  return Array.from({ length: bins }, (_, bin) => ({
    fromMs: bin * widthMs,
    toMs: (bin + 1) * widthMs,
    count: latencies.countBetween(bin * widthMs, (bin + 1) * widthMs),
  }));
}

/** The next of 1, 2, 5 times a power of ten. */
function niceWidth(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * [1, 2, 5, 10].find((step) => step * power >= least * (1 - 1e-9))!;
}
