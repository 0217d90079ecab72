/** Wires `harp simulate --scaling`: a profile, a network, requests, and the scaling policies that are to be compared. */
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { HarpError } from '../domain/errors.ts';
import type { LatencyFit, Profile } from '../domain/profile.ts';
import type { ScalingCondition, ScalingExperiment } from '../domain/scaling-experiment.ts';
import { loadNetworkTrace } from '../files/load-network-trace.ts';
import { loadProfile } from '../files/load-profile.ts';
import { assertWritable, writeJsonFile } from '../files/write-file.ts';
import { durationsByCores } from '../scaling/durations-by-cores.ts';
import { SCALING_POLICIES, scalingPolicy } from '../scaling/policies.ts';
import type { ScalingPolicy } from '../scaling/scaling-policy.ts';
import { parseBatchTimes } from '../simulation/batch-times.ts';
import {
  bestOf,
  type Condition,
  runPolicy,
  type ScalingWorkload,
  trafficOf,
} from '../simulation/scaling/run-condition.ts';
import { loadArrivals } from './load-arrivals.ts';
import type { Progress } from './progress.ts';

export interface ScalingRequest {
  readonly profile: string;
  /** Names as `scalingPolicy` knows them; `all` for those of the published experiment. */
  readonly scaling: readonly string[];
  /** The synthetic trace of the package by default. */
  readonly networkTrace: string | undefined;
  readonly requestBytes: number | undefined;
  /** By default those of the published experiment, as all that follows. */
  readonly arrivals: string | undefined;
  readonly serviceTimes: string | undefined;
  readonly rateRps: number | undefined;
  readonly sloMs: number | undefined;
  readonly durationS: number | undefined;
  readonly seed: number;
  readonly out: string | undefined;
}

/** The published experiment. */
const PUBLISHED = {
  requestBytes: 303_600,
  rateRps: 20,
  sloMs: 1000,
  durationS: 600,
  arrivals: ['burst', 'poisson'],
  serviceTimes: ['exact', 'jitter:0.06'],
} as const;

const RUNS = 4;
const INTERVAL_MS = 1000;
/** What a replica takes from its decision to its first batch: our choice, kind to `fa2`. */
const COLD_START_MS = 1000;
const SYNTHETIC_TRACE = fileURLToPath(new URL('../../profiles/synthetic-4g.network.log', import.meta.url));

/** @throws HarpError `usage`, `bad-input` */
export async function runScaling(request: ScalingRequest, progress: Progress): Promise<ScalingExperiment> {
  const { out, seed, networkTrace, durationS = PUBLISHED.durationS } = request;
  if (out !== undefined) assertWritable(out);
  const profile = loadProfile(request.profile);
  const workload = workloadOf(request, profile);
  const { config, requestBytes, coldStartMs, runs } = workload;
  const policies = policiesOf(request.scaling, config.durationsMs.length - 1);
  const conditions: ScalingCondition[] = [];
  for (const arrivals of request.arrivals === undefined ? PUBLISHED.arrivals : [request.arrivals])
    for (const serviceTimes of request.serviceTimes === undefined
      ? PUBLISHED.serviceTimes
      : [request.serviceTimes]) {
      const tell = (text: string) => progress.update(`${arrivals}, durations ${serviceTimes}: ${text}`);
      const condition = conditionOf(arrivals, serviceTimes);
      conditions.push({
        arrivals,
        serviceTimes,
        ...(await runCondition(workload, condition, policies, conditions.length === 0, tell)),
      });
    }
  const result: ScalingExperiment = {
    schemaVersion: 1,
    kind: 'scaling-experiment',
    model: profile.model.name,
    rateRps: config.rateRps,
    sloMs: config.sloMs,
    durationS,
    networkTrace: networkTrace ?? 'synthetic',
    requestBytes,
    mostCores: config.durationsMs.length - 1,
    mostBatch: config.durationsMs[1]!.length - 1,
    margin: config.margin,
    intervalMs: config.intervalMs,
    coldStartMs,
    runs,
    seed,
    conditions,
  };
  if (out !== undefined) writeJsonFile(out, result);
  return result;
}

interface Named {
  readonly name: string;
  readonly policy: ScalingPolicy;
}

async function runCondition(
  workload: ScalingWorkload,
  condition: Condition,
  policies: readonly Named[],
  withTimeline: boolean,
  tell: (text: string) => void,
): Promise<Pick<ScalingCondition, 'best' | 'outcomes'>> {
  const traffics = trafficOf(workload, condition.arrivals);
  const outcomes: ScalingCondition['outcomes'] = [];
  for (const named of policies) {
    tell(named.name);
    // Lets the spinner turn, and an interruption through.
    await setImmediate();
    outcomes.push(runPolicy(workload, condition, traffics, named, withTimeline));
  }
  if (condition.jitterCv > 0) return { outcomes };
  tell('the best with the future known');
  await setImmediate();
  return { best: bestOf(workload, traffics), outcomes };
}

function workloadOf(request: ScalingRequest, profile: Profile): ScalingWorkload {
  const { fit, mostCores, mostBatch } = scalable(profile, request.profile);
  const { durationS = PUBLISHED.durationS, requestBytes = PUBLISHED.requestBytes, seed } = request;
  return {
    config: {
      durationsMs: durationsByCores(fit, mostCores, mostBatch),
      sloMs: request.sloMs ?? PUBLISHED.sloMs,
      rateRps: request.rateRps ?? PUBLISHED.rateRps,
      intervalMs: INTERVAL_MS,
      // Hardly any batch is longer than its p99; half of them are longer than their mean.
      margin: fit.statistic === 'p99' || fit.statistic === 'p95' ? 0.05 : 0.1,
    },
    trace: loadNetworkTrace(request.networkTrace ?? SYNTHETIC_TRACE),
    requestBytes,
    lastsMs: durationS * 1000,
    coldStartMs: COLD_START_MS,
    runs: RUNS,
    seed,
  };
}

interface Scalable {
  readonly fit: LatencyFit;
  /** Nothing is foretold beyond what was profiled. */
  readonly mostCores: number;
  readonly mostBatch: number;
}

function scalable({ fit, points }: Profile, file: string): Scalable {
  const cores = new Set(points.map((point) => point.cores));
  if (fit !== undefined && cores.size > 1)
    return {
      fit,
      mostCores: Math.floor(Math.max(...cores)),
      mostBatch: Math.max(...points.map(({ batchSize }) => batchSize)),
    };
  throw new HarpError('bad-input', 'says nothing about other numbers of cores', {
    where: file,
    expected: 'a profile of several core counts and batch sizes, with a fit',
    got: `${cores.size} core ${cores.size === 1 ? 'count' : 'counts'}${fit ? '' : ', no fit'}`,
    hint: 'Profile with several, as --cores 1,2, or take profiles/yolov5s-sponge.profile.json.',
  });
}

const conditionOf = (arrivals: string, serviceTimes: string): Condition => {
  const times = parseBatchTimes(serviceTimes);
  if (times.kind === 'measured') {
    throw new HarpError('usage', 'durations come from the profile’s fit', {
      where: '--service-times',
      expected: 'exact or jitter:CV with --scaling',
      got: '"measured"',
    });
  }
  return {
    arrivals: arrivals === 'burst' ? 'burst' : loadArrivals(arrivals),
    jitterCv: times.kind === 'jitter' ? times.cv : 0,
  };
};

/** In the order of the table: ours, the published ones, fixed cores with our dispatch and without. */
const allPolicies = (mostCores: number): string[] => {
  const most = Math.round((mostCores * 10) / 16);
  return [
    'sponge',
    'sponge-ticks',
    'sponge-published',
    'fa2',
    'aimd',
    `static:${most}`,
    `static:${mostCores}`,
    `static:${mostCores}/plain`,
    `replicas:${Math.max(1, Math.round(mostCores / 4))}`,
  ];
};

function policiesOf(names: readonly string[], mostCores: number): Named[] {
  const wanted = names.flatMap((name) => (name === 'all' ? allPolicies(mostCores) : [name]));
  return [...new Set(wanted)].map((name) => {
    const policy = scalingPolicy(name, mostCores);
    if (policy !== undefined) return { name, policy };
    throw new HarpError('usage', 'no such scaling policy', {
      where: '--scaling',
      expected: `all, ${SCALING_POLICIES.map(({ syntax }) => syntax).join(', ')}, with N from 1 to ${mostCores}`,
      got: JSON.stringify(name),
    });
  });
}
