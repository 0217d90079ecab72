/** What `harp simulate --scaling` was asked for, with the published experiment where nothing is said. */
import { fileURLToPath } from 'node:url';
import { didYouMean } from '../domain/closest-name.ts';
import { HarpError } from '../domain/errors.ts';
import type { LatencyFit, Profile } from '../domain/profile.ts';
import { loadNetworkTrace } from '../files/load-network-trace.ts';
import { durationsOfFit } from '../scaling/durations-of-fit.ts';
import { SCALING_POLICIES, scalingPolicy } from '../scaling/policies.ts';
import { parseBatchTimes } from '../simulation/batch-times.ts';
import type { Condition, NamedPolicy, ScalingWorkload } from '../simulation/scaling/run-condition.ts';
import { loadArrivals } from './load-arrivals.ts';
import type { ScalingSource } from './scaling-source.ts';

export interface ScalingRequest {
  /** A profile, an application or a plan. */
  readonly file: string;
  /** Names as `scalingPolicy` knows them; `all` for a table of everything. */
  readonly scaling: readonly string[];
  /** The synthetic trace of the package by default. */
  readonly networkTrace: string | undefined;
  /** These are by default as in the published experiment. */
  readonly requestBytes: number | undefined;
  readonly arrivals: string | undefined;
  readonly serviceTimes: string | undefined;
  readonly rateRps: number | undefined;
  readonly sloMs: number | undefined;
  readonly durationS: number | undefined;
  readonly seed: number;
  readonly out: string | undefined;
}

/** Sponge's, arXiv 2404.00704, with Poisson arrivals and jitter beside it. */
const PUBLISHED = {
  requestBytes: 303_600,
  rateRps: 20,
  sloMs: 1000,
  durationS: 600,
  arrivals: ['burst', 'poisson'],
  serviceTimes: ['exact', 'jitter:0.06'],
} as const;

const RUNS = 8;
const INTERVAL_MS = 1000;
/** What a replica takes from its decision to its first batch: our choice, kind to `fa2`. */
const COLD_START_MS = 1000;
const SYNTHETIC_TRACE = fileURLToPath(new URL('../../profiles/synthetic-4g.network.log', import.meta.url));

/**
 * Hardly any batch takes longer than its p99, half of them longer than their mean. Of a batch alone found by trying: with less
 * more is late under jitter, with more too much is refused.
 */
const MARGIN = { mean: 0.1, p50: 0.1, p95: 0.05, p99: 0.05 } as const;
const BATCH_MARGIN = { mean: 0.16, p50: 0.16, p95: 0.08, p99: 0.08 } as const;

/** @throws HarpError `bad-input` */
export function poseWorkload(request: ScalingRequest, source: ScalingSource): ScalingWorkload {
  const { fit, mostCores, mostBatch } = scalable(source.profile, source.file);
  return {
    config: {
      durationsMs: durationsOfFit(fit, mostCores, mostBatch),
      sloMs: request.sloMs ?? source.sloMs ?? PUBLISHED.sloMs,
      rateRps: request.rateRps ?? source.rateRps ?? PUBLISHED.rateRps,
      intervalMs: INTERVAL_MS,
      margin: MARGIN[fit.statistic],
      batchMargin: BATCH_MARGIN[fit.statistic],
    },
    trace: loadNetworkTrace(request.networkTrace ?? SYNTHETIC_TRACE),
    requestBytes: request.requestBytes ?? PUBLISHED.requestBytes,
    lastsMs: 1000 * (request.durationS ?? PUBLISHED.durationS),
    coldStartMs: COLD_START_MS,
    runs: RUNS,
    seed: request.seed,
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
  const batchSizes = points.map(({ batchSize }) => batchSize);
  if (fit !== undefined && cores.size > 1)
    return { fit, mostCores: Math.floor(Math.max(...cores)), mostBatch: Math.max(...batchSizes) };
  throw new HarpError('bad-input', 'says nothing about other numbers of cores', {
    where: file,
    expected: 'points of several core counts, and a fit',
    got: `${cores.size} core ${cores.size === 1 ? 'count' : 'counts'}${fit ? '' : ', no fit'}`,
    hint: 'Profile with several, as --cores 1,2, or take profiles/yolov5s-sponge.profile.json.',
  });
}

export interface NamedCondition extends Condition {
  readonly names: { readonly arrivals: string; readonly serviceTimes: string };
}

/** @throws HarpError `usage`, `bad-input` */
export function poseConditions({ arrivals, serviceTimes }: ScalingRequest): NamedCondition[] {
  const allArrivals = arrivals === undefined ? PUBLISHED.arrivals : [arrivals];
  const allTimes = serviceTimes === undefined ? PUBLISHED.serviceTimes : [serviceTimes];
  return allArrivals.flatMap((process) =>
    allTimes.map((times) => ({
      names: { arrivals: process, serviceTimes: times },
      arrivals: process === 'burst' ? process : loadArrivals(process),
      jitterCv: jitterIn(times),
    })),
  );
}

function jitterIn(serviceTimes: string): number {
  const times = parseBatchTimes(serviceTimes);
  if (times.kind !== 'measured') return times.kind === 'jitter' ? times.cv : 0;
  throw new HarpError('usage', 'durations come from the profile’s fit', {
    where: '--service-times',
    expected: 'exact or jitter:CV with --scaling',
    got: '"measured"',
  });
}

/** @throws HarpError `usage` */
export function posePolicies(names: readonly string[], mostCores: number): NamedPolicy[] {
  const wanted = names.flatMap((name) => (name === 'all' ? allPolicies(mostCores) : [name]));
  return [...new Set(wanted)].map((name) => {
    const policy = scalingPolicy(name, mostCores);
    if (policy !== undefined) return { name, policy };
    throw new HarpError('usage', 'no such scaling policy', {
      where: '--scaling',
      expected: `all, ${SCALING_POLICIES.map(({ syntax }) => syntax).join(', ')}, with N from 1 to ${mostCores}`,
      got: JSON.stringify(name),
      hint: didYouMean(
        name,
        SCALING_POLICIES.map(({ syntax }) => syntax.split(':')[0]!),
      ),
    });
  });
}

/** Ours, the published ones, then fixed ones; of 16 cores static:10, static:16 and replicas:4. */
const allPolicies = (mostCores: number): string[] => [
  'sponge',
  'sponge-published',
  'fa2',
  'aimd',
  `static:${Math.ceil(mostCores * 0.6)}`,
  `static:${mostCores}`,
  `static:${mostCores}/plain`,
  `replicas:${Math.ceil(mostCores / 4)}`,
];
