/** Wires the planner `simulated`: the replay that it tries machines with, and what the plan tells of the search. */
import type { LoadedApplication } from '../domain/application.ts';
import { HarpError } from '../domain/errors.ts';
import type { Billing, FeasiblePlan, Plan } from '../domain/plan.ts';
import { roundTo } from '../numeric/round-to.ts';
import { certify } from '../planning/certify.ts';
import { withEnough } from '../planning/enough-machines.ts';
import { infeasiblePlan } from '../planning/make-plan.ts';
import { planOptimal } from '../planning/optimal/plan-optimal.ts';
import { poseProblem } from '../planning/pose-problem.ts';
import { planSimulated, type SimulatedPlan } from '../planning/simulated/plan-simulated.ts';
import { type Certified, SEEDS } from '../planning/simulated/try-fleets.ts';
import type { ArrivalProcess } from '../simulation/arrivals/arrival-spec.ts';
import { replayer } from '../simulation/replay-plan.ts';
import { loadArrivals } from './load-arrivals.ts';
import { attainmentOf, endless, type PromiseRequest, tooMuchToReplay } from './verify-plan.ts';

export interface SimulationRequest {
  readonly billing: Billing;
  readonly promise?: PromiseRequest;
  readonly explain: boolean;
  /** For the search, and as much again for that with evenly spaced arrivals. */
  readonly timeLimitMs: number;
}

/** Below so many requests per budget the floor of all dispatchers is too loose to be told. */
const TELLING_REQUESTS = 20;

/** @returns the cheapest machines that were found to hold, with what certifies them; or word that none were */
export function planBySimulation(
  application: LoadedApplication,
  { billing, promise, explain, timeLimitMs }: SimulationRequest,
): Plan {
  if (promise === undefined) throw refusal('--guarantee', 'replay', 'model');
  if (explain) throw refusal('--explain', 'a planner of the model, as --planner optimal', 'simulated');
  const problem = poseProblem(application, billing);
  const message = tooMuchToReplay(problem, timeLimitMs);
  if (message !== undefined) {
    const where = application.modules.map(({ name }) => name).join(', ');
    return infeasiblePlan(problem, 'simulated', { code: 'not-found', where, message });
  }
  const arrivals = endless(loadArrivals(promise.arrivals));
  const search = (process: ArrivalProcess, attainment: number): SimulatedPlan => {
    const { rateRps, sloMs } = problem;
    const endMs = performance.now() + timeLimitMs;
    return planSimulated(
      application,
      billing,
      {
        replay: replayer({
          arrivals: process,
          times: { kind: 'exact' },
          fanOut: promise.fanOut,
          rateRps,
          sloMs,
        }),
        attainment,
        cv: variationOf(process),
        isPoisson: process.kind === 'poisson',
        shiftMs: process.kind === 'uniform' ? 500 / rateRps : 0,
      },
      () => performance.now() > endMs,
    );
  };
  const target = attainmentOf(arrivals, promise);
  const startMs = performance.now();
  const found = search(arrivals, target);
  const solveMs = roundTo(performance.now() - startMs, 3);
  if (found.certified === undefined)
    return { ...withEnough(found.plan, { ...problem, billing: 'whole' }, planOptimal), solveMs };
  const isAlone = application.modules.length === 1 && arrivals.kind !== 'uniform';
  const even = isAlone ? search({ kind: 'uniform' }, 1).certified?.plan : undefined;
  const model = planOptimal(problem);
  return {
    ...boundedPlan(found, found.certified),
    solveMs,
    guarantee: 'replay',
    verification: {
      ...proofOf(found, found.certified, even),
      target,
      arrivals: promise.arrivals,
      fanOut: promise.fanOut,
      modelCostPerHour: model.feasible ? model.costPerHour : found.certified.plan.costPerHour,
    },
  };
}

/** With a bound where the search knows one: of single modules, below which no set of whole machines does. */
const boundedPlan = ({ floorPerHour }: SimulatedPlan, { plan }: Certified): FeasiblePlan =>
  !floorPerHour ? plan : { ...certify(plan, floorPerHour), boundOf: 'any-dispatcher' };

function proofOf(
  { simulations, exhaustive, floorPerHour }: SimulatedPlan,
  { plan, verdict, run, seed }: Certified,
  even: FeasiblePlan | undefined,
) {
  const tellsFloor = (plan.rateRps * plan.sloMs) / 1000 >= TELLING_REQUESTS;
  return {
    passed: verdict.passed,
    requests: run.requests,
    seed,
    attainment: run.inTime / run.requests,
    maxMs: run.maxMs,
    replays: simulations,
    search: {
      seed: SEEDS.search,
      margin: verdict.margin,
      late: run.late,
      dropped: run.dropped,
      utilisation: plan.modules.map(
        ({ rateRps, allocations }) =>
          rateRps /
          allocations.reduce((sum, { machines, throughputRps }) => sum + machines * throughputRps, 0),
      ),
      exhaustive,
      ...(floorPerHour !== undefined && tellsFloor && { floorPerHour }),
      ...(even && { evenCostPerHour: even.costPerHour }),
    },
  };
}

/** Of the gaps; it decides what is tried first, no more. */
function variationOf(arrivals: ArrivalProcess): number {
  switch (arrivals.kind) {
    case 'uniform':
      return 0;
    case 'gamma':
      return arrivals.cv;
    case 'burst':
      return Math.sqrt(arrivals.size);
    default:
      return 1;
  }
}

const refusal = (where: string, expected: string, got: string): HarpError =>
  new HarpError('usage', 'plans by simulation stand on what was seen, not on the model', {
    where,
    expected,
    got,
  });
