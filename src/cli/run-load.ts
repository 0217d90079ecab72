/** What `harp load` does: asks the server about the model, makes inputs for it, sends them on schedule, sums up. */
import { HarpError } from '../domain/errors.ts';
import { randomInputs } from '../engine/random-inputs.ts';
import { loadPlan } from '../files/load-plan.ts';
import { findModel } from '../load/find-model.ts';
import { HttpClient } from '../load/http-client.ts';
import type { LoadResult, PlannedLoad } from '../load/load-result.ts';
import { paceArrivals } from '../load/pace.ts';
import { inferMessage, sendInfer } from '../load/send-infer.ts';
import { sendOnSchedule } from '../load/send-on-schedule.ts';
import { summarizeLoad } from '../load/summarize-load.ts';
import type { ArrivalProcess } from '../simulation/arrivals/arrival-spec.ts';
import { arrivalTimes } from '../simulation/arrivals/arrival-times.ts';
import { arrivalsLastMs, meanRateRps, ownRateRps } from '../simulation/arrivals/curve-of-arrivals.ts';
import { loadArrivals } from './load-arrivals.ts';
import type { Progress } from './progress.ts';

export interface LoadOptions {
  readonly url: string;
  readonly model: string | undefined;
  readonly planFile: string | undefined;
  /** The plan's by default, or the arrivals' own. */
  readonly rateRps: number | undefined;
  /** As `parseArrivals` reads them. */
  readonly arrivals: string;
  readonly durationS: number;
  /** Sent before, not measured. */
  readonly warmupS: number;
  /** The plan's by default. */
  readonly sloMs: number | undefined;
  readonly seed: number;
  readonly rows: number;
  /** Lengths of free axes other than the rows, by name. */
  readonly dims: Readonly<Record<string, number>>;
}

/** Requests take turns with so many different inputs. */
const DISTINCT_INPUTS = 8;
/** What one process can hold open without asking the system for more. */
const MAX_IN_FLIGHT = 1000;
/** How long an answer may be overdue before it counts as none. */
const GRACE_MS = 5000;

/**
 * @param signal stops sending; what was measured until then is the result
 * @throws HarpError `usage`, `bad-input`, `missing-capability`
 */
export async function runLoad(
  options: LoadOptions,
  { signal, progress }: { signal: AbortSignal; progress: Progress },
): Promise<LoadResult> {
  const base = parseUrl(options.url);
  const arrivals = loadArrivals(options.arrivals);
  const { application, planned, rateRps, sloMs } = readPlan(options, arrivals);
  const client = new HttpClient(base, MAX_IN_FLIGHT);
  try {
    const model = await findModel(client, options.url, options.model ?? application);
    const messages = Array.from({ length: DISTINCT_INPUTS }, (_, index) => {
      const seed = options.seed * DISTINCT_INPUTS + index;
      return inferMessage(
        randomInputs(model.inputs, { batchSize: options.rows, dims: options.dims, seed }),
        sloMs,
      );
    });
    const fromMs = options.warmupS * 1000;
    const endMs = Math.min(fromMs + options.durationS * 1000, arrivalsLastMs(arrivals, rateRps));
    const { samples, sendingMs } = await sendOnSchedule({
      pace: paceArrivals(arrivalTimes(arrivals, rateRps, options.seed), endMs),
      send: (index) => sendInfer(client, model.name, messages[index % DISTINCT_INPUTS]!),
      giveUp: () => client.close(),
      maxInFlight: MAX_IN_FLIGHT,
      graceMs: sloMs + GRACE_MS,
      signal,
      onSent: (elapsedMs, inFlight) =>
        progress.update(
          `${(elapsedMs / 1000).toFixed(0)} of ${(endMs / 1000).toFixed(0)} s, ${inFlight} unanswered`,
        ),
    });
    const { url, rows, seed } = options;
    const rates = { rateRps: meanRateRps(arrivals, rateRps), arrivals: options.arrivals };
    const result = summarizeLoad({ url, model: model.name, ...rates, rows, sloMs, seed }, samples, {
      fromMs,
      toMs: signal.aborted ? Math.min(sendingMs, endMs) : endMs,
    });
    return planned === undefined ? result : { ...result, planned };
  } finally {
    client.close();
    progress.stop();
  }
}

/** Rate and SLO as the flags say, else as the plan does; a rate also as the arrivals themselves do. */
function readPlan(
  { planFile, rateRps, sloMs }: LoadOptions,
  arrivals: ArrivalProcess,
): {
  application: string | undefined;
  planned: PlannedLoad | undefined;
  rateRps: number;
  sloMs: number;
} {
  const planned = planFile === undefined ? undefined : loadPlan(planFile);
  const missing = (flag: string): never => {
    throw new HarpError('usage', 'missing', {
      where: flag,
      expected: 'a number > 0, or a plan that says it (--plan FILE)',
      got: 'neither',
    });
  };
  return {
    application: planned?.application,
    planned: planned && {
      rateRps: planned.rateRps,
      sloMs: planned.sloMs,
      worstCaseMs: planned.worstCaseMs,
      costPerHour: planned.costPerHour,
    },
    rateRps: rateRps ?? planned?.rateRps ?? ownRateRps(arrivals) ?? missing('--rate'),
    sloMs: sloMs ?? planned?.sloMs ?? missing('--slo'),
  };
}

function parseUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === 'http:') return parsed;
  throw new HarpError('usage', 'not an address of a server', {
    where: 'URL',
    expected: 'an address as http://127.0.0.1:8000',
    got: JSON.stringify(url),
  });
}
