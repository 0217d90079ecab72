/**
 * The published experiment with a real model and a real daemon: bursts of requests behind a link that takes a varying part of every
 * SLO, one scaling policy after the other, and the same in simulation.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BandwidthTrace } from '../../src/domain/bandwidth-trace.ts';
import type { FeasiblePlan } from '../../src/domain/plan.ts';
import { loadNetworkTrace } from '../../src/files/load-network-trace.ts';
import { loadPlan } from '../../src/files/load-plan.ts';
import { configureScaling } from '../../src/scaling/configure-scaling.ts';
import { scalingPolicy } from '../../src/scaling/policies.ts';
import { networkDelays } from '../../src/simulation/scaling/network-delays.ts';
import { sentTimes } from '../../src/simulation/scaling/sent-times.ts';
import { simulateScaling } from '../../src/simulation/scaling/simulate-scaling.ts';
import { serve } from './harp.ts';
import { type Answered, post } from './open-loop.ts';
import { run } from './small-models.ts';

const CORES = 2;
const SLO_MS = 1000;
/** As published; what is sent on this machine is what the model takes. */
const REQUEST_BYTES = 303_600;
const TRACE = fileURLToPath(new URL('../../profiles/synthetic-4g.network.log', import.meta.url));
/** Of what one core can do. */
const LOAD = 0.75;

export interface Experiment {
  readonly folder: string;
  readonly plan: FeasiblePlan;
  readonly planFile: string;
  readonly rateRps: number;
  /** When requests are sent, and what the link takes of each, ms. */
  readonly sentMs: Float64Array;
  readonly delaysMs: Float64Array;
}

export interface PolicyRun {
  /** Answered in time, network included, over all that were sent. */
  readonly attainment: number;
  readonly coreSeconds: number;
  readonly resizes: number;
}

export interface ServedRun extends PolicyRun {
  /** Measured over planned durations of batches, of late. */
  readonly drift: number;
  readonly answers: readonly Answered[];
  readonly log: string;
}

/** Measures the model, and plans it for a part of what one core can do. @param trace the synthetic one of the package by default */
export async function prepare(
  folder: string,
  model: string,
  seconds: number,
  trace = TRACE,
): Promise<Experiment> {
  await run(['model', 'create', model], folder);
  const sweep = ['--cores', '1,2', '--batch-sizes', '1,2,4', '--max-duration', '3', '--allow-unstable'];
  await run(['profile', `${model}.onnx`, ...sweep], folder);
  const { points } = JSON.parse(readFileSync(join(folder, `${model}.profile.json`), 'utf8'));
  const fastest = Math.max(
    ...points
      .filter((point: { cores: number }) => point.cores === 1)
      .map(({ batchSize, durationMs }: { batchSize: number; durationMs: number }) => batchSize / durationMs),
  );
  const rateRps = Math.max(1, Math.floor(1000 * LOAD * fastest));
  const planFile = join(folder, `${model}.plan.json`);
  const terms = ['--rate', String(rateRps), '--slo', String(SLO_MS), '--guarantee', 'model'];
  await run(['plan', `${model}.profile.json`, ...terms, '--out', planFile], folder);
  const sentMs = sentTimes('burst', rateRps, 1000 * seconds, 1);
  const link = aroundSlowest(loadNetworkTrace(trace), seconds);
  const delaysMs = networkDelays(link, REQUEST_BYTES, sentMs, SLO_MS);
  return { folder, plan: loadPlan(planFile), planFile, rateRps, sentMs, delaysMs };
}

/** So many seconds of the trace, with the slowest ten of them in the middle: budgets shrink and grow again. */
function aroundSlowest({ bytesPerMs }: BandwidthTrace, seconds: number): BandwidthTrace {
  const delayAt = (second: number): number => Math.min(SLO_MS, REQUEST_BYTES / bytesPerMs[second]!);
  const delays = Array.from(bytesPerMs, (_, second) => delayAt(second));
  const starts = delays.slice(0, Math.max(1, delays.length - seconds)).map((_, start) => {
    const middle = start + Math.floor(seconds / 2) - 5;
    return delays.slice(middle, middle + 10).reduce((sum, ms) => sum + ms, 0);
  });
  const start = starts.indexOf(Math.max(...starts));
  return { bytesPerMs: bytesPerMs.slice(start, start + seconds) };
}

/** Serves it for real with this policy, and sends it the traffic. */
export async function serveWith(experiment: Experiment, policy: string): Promise<ServedRun> {
  const { folder, plan, planFile, sentMs, delaysMs } = experiment;
  const server = await serve([planFile, '--scaling', 'vertical', '--scaling-policy', policy], folder);
  const url = `${server.url}/v2/models/${plan.application}/infer`;
  const message = messageFor(plan);
  await post(url, message.body, message.headers);
  const figures = async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    return {
      drift: sumOf(text, /^harp_duration_drift\{.*\} (\S+)$/gm),
      coreSeconds: sumOf(text, /^harp_core_seconds_total\{.*\} (\S+)$/gm),
      resizes: sumOf(text, /^harp_resizes_total\{.*direction="(?:up|down)"\} (\S+)$/gm),
    };
  };
  const before = await figures();
  const arrivals = [...sentMs.entries()]
    .map(([request, timeMs]) => ({ atMs: timeMs + delaysMs[request]!, networkMs: delaysMs[request]! }))
    .sort((a, b) => a.atMs - b.atMs);
  const startMs = performance.now();
  const answers = await Promise.all(
    arrivals.map(async ({ atMs, networkMs }) => {
      await new Promise((resolve) => setTimeout(resolve, startMs + atMs - performance.now()));
      const budgetMs = SLO_MS - networkMs;
      // The link has taken all of it.
      if (budgetMs <= 0) return undefined;
      const headers = { ...message.headers, 'X-Request-Timeout-Ms': budgetMs.toFixed(3) };
      const answer = await post(url, message.body, headers);
      const lateMs = answer.sentMs - (startMs + atMs);
      return { ...answer, isInTime: answer.status === 200 && lateMs + answer.tookMs <= budgetMs };
    }),
  );
  const after = await figures();
  await server.stop();
  return {
    attainment: answers.filter((answer) => answer?.isInTime).length / answers.length,
    coreSeconds: after.coreSeconds - before.coreSeconds,
    resizes: after.resizes - before.resizes,
    drift: after.drift,
    answers: answers.filter((answer) => answer !== undefined),
    log: server.log(),
  };
}

/** The same in virtual time, with the durations of the plan. */
export function simulateWith({ plan, sentMs, delaysMs }: Experiment, name: string): PolicyRun {
  const policy = scalingPolicy(name, CORES)!;
  const limits = { queueLimit: 10_000, timerLeadMs: 0, aheadMs: 0 };
  const { scaled } = configureScaling(plan, limits, { mode: 'vertical', policy, poolCores: CORES });
  const { config } = scaled.modules[0]!;
  let inTime = 0;
  const used = simulateScaling({
    ...{ policy, config: { ...config, sloMs: SLO_MS }, sentMs, delaysMs, firstTickMs: 500, coldStartMs: 0 },
    batchMs: (cores, size) => config.durationsMs[cores]![size]!,
    observer: {
      ended: ({ kind }, latencyMs) => {
        if (kind === 'complete' && latencyMs <= SLO_MS) inTime += 1;
      },
    },
  });
  return { ...used, attainment: inTime / sentMs.length };
}

/** A binary request of one row of zeros. */
function messageFor(plan: FeasiblePlan): { body: Buffer; headers: Record<string, string> } {
  const inputs = plan.modules[0]!.model!.inputs!.map(({ name, datatype, shape }) => {
    const dims = [1, ...shape.slice(1).map(Number)];
    const bytes = 4 * dims.reduce((product, dim) => product * dim, 1);
    return { name, datatype, shape: dims, parameters: { binary_data_size: bytes } };
  });
  const json = Buffer.from(JSON.stringify({ inputs, parameters: { binary_data_output: true } }));
  const bytes = inputs.reduce((sum, { parameters }) => sum + parameters.binary_data_size, 0);
  return {
    body: Buffer.concat([json, Buffer.alloc(bytes)]),
    headers: { 'Inference-Header-Content-Length': String(json.length) },
  };
}

const sumOf = (text: string, pattern: RegExp): number =>
  [...text.matchAll(pattern)].reduce((sum, [, value]) => sum + Number(value), 0);
