/** What `harp simulate` was asked to put a plan through: texts parsed, files read, the plan's own figures as defaults. */
import { HarpError } from '../domain/errors.ts';
import type { FeasiblePlan } from '../domain/plan.ts';
import type { FanOut } from '../domain/simulation.ts';
import { plannedWorkers } from '../policy/configure-policy.ts';
import type { ArrivalProcess } from '../simulation/arrivals/arrival-spec.ts';
import { arrivalsLastMs, meanRateRps } from '../simulation/arrivals/curve-of-arrivals.ts';
import { assertMeasured, type BatchTimes, parseBatchTimes } from '../simulation/batch-times.ts';
import { parseNetworkDelay } from '../simulation/network-delay.ts';
import { parseFaults } from '../simulation/parse-faults.ts';
import type { Scenario } from '../simulation/run-scenario.ts';
import { loadArrivals } from './load-arrivals.ts';

export interface ScenarioRequest {
  /** As `parseArrivals` reads them. */
  readonly arrivals: string;
  /** The plan's by default, as the SLO. */
  readonly rateRps: number | undefined;
  readonly sloMs: number | undefined;
  /** One of the two, or neither. */
  readonly durationS: number | undefined;
  readonly requests: number | undefined;
  readonly seed: number;
  /** As `parseBatchTimes` reads them. */
  readonly serviceTimes: string;
  readonly fanOut: FanOut;
  /** As `parseFaults` reads them. */
  readonly faults: readonly string[] | undefined;
  /** As `parseNetworkDelay` reads it. */
  readonly networkDelay: string | undefined;
}

/** @throws HarpError `usage`, `bad-input` */
export function poseScenario(request: ScenarioRequest, plan: FeasiblePlan): Scenario {
  const { rateRps = plan.rateRps, sloMs = plan.sloMs, fanOut, seed, faults, networkDelay } = request;
  const arrivals = loadArrivals(request.arrivals);
  return {
    plan,
    arrivals,
    rateRps,
    sloMs,
    ...extentOf(request, arrivalsLastMs(arrivals, rateRps)),
    seed,
    times: timesOf(request.serviceTimes, plan),
    fanOut,
    ...(networkDelay !== undefined && { delay: parseNetworkDelay(networkDelay) }),
    ...(faults && { faults: parseFaults(faults, plan) }),
  };
}

/** Where neither duration nor number is said and arrivals do not end by themselves. */
const DURATION_MS = 60_000;

/** @param wholeMs how long requests arrive; infinite where they do not end */
function extentOf(
  { durationS, requests }: ScenarioRequest,
  wholeMs: number,
): Pick<Scenario, 'lastsMs' | 'requests'> {
  if (requests !== undefined) return { lastsMs: wholeMs, requests };
  const askedMs = durationS === undefined ? undefined : durationS * 1000;
  const byDefaultMs = wholeMs < Number.POSITIVE_INFINITY ? wholeMs : DURATION_MS;
  return { lastsMs: Math.min(wholeMs, askedMs ?? byDefaultMs), requests: Number.POSITIVE_INFINITY };
}

function timesOf(text: string, plan: FeasiblePlan): BatchTimes {
  const times = parseBatchTimes(text);
  if (times.kind === 'measured') assertMeasured(plan, plannedWorkers(plan));
  return times;
}

/**
 * A rate can be searched only where arrivals follow the rate that is asked for.
 * @throws HarpError `usage`
 */
export function assertFollowsRate(arrivals: ArrivalProcess, text: string): void {
  if (meanRateRps(arrivals, 2) !== meanRateRps(arrivals, 1)) return;
  throw new HarpError('usage', 'these arrivals have a rate of their own', {
    where: '--find-rate',
    expected: 'arrivals whose rate can be changed, as poisson or steps:x1@60,x2@30',
    got: `--arrivals ${text}`,
  });
}
