/** One plan under stated arrivals, durations and faults: what is seen, and up to which rate it keeps an attainment. */
import type { Enforcement } from '../domain/enforcement.ts';
import { TOLERANCE } from '../domain/plan.ts';
import type { SimulationResult } from '../domain/simulation.ts';
import { seededRandom } from '../numeric/prng.ts';
import type { ArrivalProcess } from './arrivals/arrival-spec.ts';
import { arrivalTimes } from './arrivals/arrival-times.ts';
import { meanRateRps } from './arrivals/curve-of-arrivals.ts';
import { roundUp } from './latency-bins.ts';
import { delayDrawer, type NetworkDelay } from './network-delay.ts';
import { findRate } from './rate-search.ts';
import { before, firstOf, type PlanRun, setUp, simulatePlan } from './simulate-plan.ts';
import { type Seen, watchRun } from './summarize-run.ts';

/** The same requests, durations and delays whenever it is run, whatever the rules. */
export interface Scenario extends Omit<PlanRun, 'rules' | 'nextSentMs' | 'delayMs' | 'isOver'> {
  readonly arrivals: ArrivalProcess;
  /** That is asked for; arrivals may have rates of their own. */
  readonly rateRps: number;
  readonly sloMs: number;
  /** Requests are sent before this time, ms; infinite if only their number counts, */
  readonly lastsMs: number;
  /** which is this at most; infinite if only time counts. */
  readonly requests: number;
  readonly delay?: NetworkDelay | undefined;
}

/** @param rules instead of the plan's */
export function runScenario(scenario: Scenario, rules: Enforcement): Seen {
  const run = start(scenario, scenario.rateRps, rules);
  const setup = setUp(run);
  const watch = watchRun(scenario.plan, setup, scenario.sloMs, intervalMs(scenario));
  return watch.seen(simulatePlan(run, watch.observer, setup));
}

function start(scenario: Scenario, rateRps: number, rules: Enforcement): PlanRun {
  const { arrivals, seed, requests, lastsMs, delay } = scenario;
  const sentMs = before(lastsMs, arrivalTimes(arrivals, rateRps, seed));
  return {
    ...scenario,
    rules,
    nextSentMs: firstOf(requests, sentMs),
    // simulatePlan takes the two seeds before it.
    ...(delay && { delayMs: delayDrawer(delay, seededRandom(seed + 3)) }),
  };
}

/** Intervals of a timeline that fits a line of a terminal. */
const INTERVALS = 60;

const intervalMs = ({ arrivals, rateRps, lastsMs, requests }: Scenario): number =>
  roundUp(Math.min(lastsMs, (requests * 1000) / meanRateRps(arrivals, rateRps)) / INTERVALS);

/** Rates are tried from the scenario's times or over this factor, to this relative precision. */
const RATE_FACTOR = 64;
const RATE_PRECISION = 0.005;

/**
 * The highest rate that keeps an attainment, with as many requests as the scenario has at its own rate.
 * @param attainment 0..1
 */
export function carriedRate(
  scenario: Scenario,
  rules: Enforcement,
  attainment: number,
): NonNullable<SimulationResult['carried']> {
  const { rateRps } = scenario;
  const requests = Math.min(scenario.requests, Math.ceil((rateRps * scenario.lastsMs) / 1000));
  const counted = { ...scenario, requests, lastsMs: Number.POSITIVE_INFINITY };
  let replays = 0;
  const foundRps = findRate(
    (triedRps) => {
      replays += 1;
      return attainmentAt(counted, triedRps, rules, attainment);
    },
    attainment,
    {
      startRps: rateRps,
      leastRps: rateRps / RATE_FACTOR,
      mostRps: rateRps * RATE_FACTOR,
      precision: RATE_PRECISION,
    },
  );
  return { attainment, ...(foundRps !== undefined && { rateRps: foundRps }), replays };
}

/** The share in time; where that cannot reach the target any more, the share that it then could be at most. */
function attainmentAt(scenario: Scenario, rateRps: number, rules: Enforcement, target: number): number {
  const { requests, sloMs } = scenario;
  const limitMs = sloMs * (1 + TOLERANCE);
  let ended = 0;
  let missed = 0;
  let isOver = false;
  simulatePlan(
    { ...start(scenario, rateRps, rules), isOver: () => isOver },
    {
      ended({ kind }, _, latencyMs) {
        ended += 1;
        if (kind === 'complete' && latencyMs <= limitMs) return;
        missed += 1;
        isOver = requests - missed < target * requests;
      },
    },
  );
  return isOver ? (requests - missed) / requests : (ended - missed) / Math.max(1, ended);
}
