/**
 * Scaling policies under one condition: the same requests over the same network for each, in several runs that differ in
 * their random numbers and in when the control loop ticks.
 */
import type { BandwidthTrace } from '../../domain/bandwidth-trace.ts';
import { TOLERANCE } from '../../domain/plan.ts';
import type { ScalingCondition, ScalingInterval, ScalingOutcome } from '../../domain/scaling-experiment.ts';
import { mean } from '../../numeric/mean.ts';
import { seededRandom } from '../../numeric/prng.ts';
import type { ScalingConfig, ScalingPolicy } from '../../scaling/scaling-policy.ts';
import type { ArrivalProcess } from '../arrivals/arrival-spec.ts';
import { bestSchedule } from './best-schedule.ts';
import { networkDelays } from './network-delays.ts';
import { sentTimes } from './sent-times.ts';
import { simulateScaling } from './simulate-scaling.ts';

export interface ScalingWorkload {
  readonly config: ScalingConfig;
  readonly trace: BandwidthTrace;
  readonly requestBytes: number;
  /** Requests are sent before this time, ms. */
  readonly lastsMs: number;
  readonly coldStartMs: number;
  readonly runs: number;
  readonly seed: number;
}

export interface Condition {
  readonly arrivals: ArrivalProcess | 'burst';
  /** Standard deviation of durations, as a share of them; 0 for exact ones. */
  readonly jitterCv: number;
}

export interface NamedPolicy {
  readonly name: string;
  readonly policy: ScalingPolicy;
}

/** What is sent in one run, and when it reaches the server. */
interface Traffic {
  readonly run: number;
  readonly sentMs: Float64Array;
  readonly delaysMs: Float64Array;
}

/** The same for the same arguments. */
export const trafficOf = (workload: ScalingWorkload, arrivals: Condition['arrivals']): Traffic[] =>
  Array.from({ length: workload.runs }, (_, run) => {
    const { config, trace, requestBytes, lastsMs, seed } = workload;
    const sentMs = sentTimes(arrivals, config.rateRps, lastsMs, seed + run);
    return { run, sentMs, delaysMs: networkDelays(trace, requestBytes, sentMs, config.sloMs) };
  });

/** @param withTimeline of the first run */
export function runPolicy(
  workload: ScalingWorkload,
  { jitterCv }: Condition,
  traffics: readonly Traffic[],
  named: NamedPolicy,
  withTimeline: boolean,
): ScalingOutcome {
  const outcomes = { requests: 0, served: 0, late: 0, expired: 0, shed: 0 };
  const timeline: ScalingInterval[] = [];
  const used = traffics.map(({ run, sentMs, delaysMs }) => {
    const { config, trace, requestBytes, coldStartMs, runs, seed } = workload;
    let violations = 0;
    return simulateScaling({
      policy: named.policy,
      config,
      sentMs,
      delaysMs,
      batchMs: batchTimes(config, jitterCv, seed + run),
      firstTickMs: (config.intervalMs * (run + 0.5)) / runs,
      coldStartMs,
      observer: {
        ended({ kind }, latencyMs) {
          const inTime = latencyMs <= config.sloMs * (1 + TOLERANCE);
          outcomes.requests += 1;
          if (kind === 'complete') outcomes[inTime ? 'served' : 'late'] += 1;
          else outcomes[kind === 'shed' ? 'shed' : 'expired'] += 1;
          if (kind !== 'complete' || !inTime) violations += 1;
        },
        ticked({ instances, cores, batchSize, feasible, expectedMisses }, queue, timeMs) {
          if (!withTimeline || run > 0) return;
          const now = Float64Array.of(timeMs);
          timeline.push({
            timeMs,
            cores: instances * cores,
            instances,
            batchSize,
            feasible,
            ...(expectedMisses !== undefined && { expectedMisses }),
            queue,
            violations,
            networkMs: networkDelays(trace, requestBytes, now, config.sloMs)[0]!,
          });
          violations = 0;
        },
      },
    });
  });
  return {
    policy: named.name,
    ...outcomes,
    violationShare: outcomes.requests > 0 ? 1 - outcomes.served / outcomes.requests : 0,
    meanCores: mean(used.map(({ coreSeconds, endMs }) => (1000 * coreSeconds) / endMs)),
    coreSeconds: mean(used.map(({ coreSeconds }) => coreSeconds)),
    resizes: mean(used.map(({ resizes }) => resizes)),
    ...(withTimeline && { timeline }),
  };
}

/** Normal, cut at three standard deviations; drawn anew for each policy, whose batches are others. */
function batchTimes({ durationsMs }: ScalingConfig, cv: number, seed: number) {
  if (cv === 0) return (cores: number, size: number) => durationsMs[cores]![size]!;
  // Arrivals take the seed itself.
  const random = seededRandom(seed + 1_000_000);
  return (cores: number, size: number) => {
    const off = Math.max(-3, Math.min(3, random.normal()));
    return Math.max(0, durationsMs[cores]![size]! * (1 + cv * off));
  };
}

/** What nobody beats who serves in deadline order; durations exact. */
export function bestOf(
  { config, lastsMs }: ScalingWorkload,
  traffics: readonly Traffic[],
): NonNullable<ScalingCondition['best']> {
  const found = traffics.map(({ sentMs, delaysMs }) => {
    const arrivalsMs = sentMs.map((timeMs, request) => timeMs + delaysMs[request]!);
    const deadlinesMs = sentMs.map((timeMs) => timeMs + config.sloMs);
    const { misses, coreSeconds } = bestSchedule({ arrivalsMs, deadlinesMs }, config.durationsMs, lastsMs);
    return { missed: misses / sentMs.length, meanCores: (1000 * coreSeconds) / lastsMs };
  });
  return {
    violationShare: mean(found.map(({ missed }) => missed)),
    meanCores: mean(found.map(({ meanCores }) => meanCores)),
  };
}
