/**
 * The planner `simulated`: the cheapest machines that hold under stated arrivals and attainment, found by trying (ours; planning
 * model 6.4). It is handed the replay, so that what is tried is what will serve. A single module takes some five simulations, a
 * pipeline some fifty.
 */
import type { LoadedApplication } from '../../domain/application.ts';
import type { Billing, InfeasibleReason, Plan } from '../../domain/plan.ts';
import { serviceTimes } from '../../latency/service-times.ts';
import { capacityOf } from '../capacity.ts';
import { infeasiblePlan } from '../make-plan.ts';
import { planOptimal } from '../optimal/plan-optimal.ts';
import { poseProblem } from '../pose-problem.ts';
import type { PlanningProblem } from '../problem.ts';
import { capacityRps, type Fleet, fleetCost, type KindsWithin } from './fleet.ts';
import { modelFleets, predictedFleets } from './fleet-for-load.ts';
import { machineKinds } from './machine-kind.ts';
import { needsOf } from './needs.ts';
import { predictLoss } from './predict-loss.ts';
import { type Known, searchCounts } from './search-counts.ts';
import { searchPipeline } from './search-pipeline.ts';
import { type Certified, type Promised, type Trials, trialsOf } from './try-fleets.ts';

export interface SimulatedPlan {
  readonly plan: Plan;
  /** What certified it; undefined where nothing was found to hold. */
  readonly certified: Certified | undefined;
  /** Fleets tried. */
  readonly simulations: number;
  /** No machines cost less, whatever decides their batches, USD per hour; undefined where nothing is known. */
  readonly floorPerHour: number | undefined;
  /** Whether every cheaper fleet of these kinds was tried, or cannot hold. */
  readonly exhaustive: boolean;
}

interface Found {
  readonly best: Certified | undefined;
  readonly floorPerHour: number | undefined;
  readonly exhaustive: boolean;
}

interface Setting extends Promised {
  readonly problem: PlanningProblem;
  readonly kindsWithin: KindsWithin;
  readonly trials: Trials;
  readonly isOver: () => boolean;
}

const MOST_SIMULATIONS = 200;

/** @param expired whether the search must end; certificates are never cut short */
export function planSimulated(
  application: LoadedApplication,
  billing: Billing,
  promised: Promised,
  expired: () => boolean,
): SimulatedPlan {
  const problem = poseProblem(application, billing);
  const trials = trialsOf(problem, application, promised);
  const times = application.modules.map(({ points }) => serviceTimes(points));
  const setting: Setting = {
    ...promised,
    problem,
    trials,
    kindsWithin: (module, budgetMs) => machineKinds(times[module]!, problem.hardware, budgetMs),
    isOver: () => expired() || trials.simulations() >= MOST_SIMULATIONS,
  };
  const { best, floorPerHour, exhaustive } =
    problem.modules.length === 1 ? searchModule(setting) : searchAll(setting);
  return {
    plan: best?.plan ?? infeasiblePlan(problem, 'simulated', whyNone(setting)),
    certified: best,
    simulations: trials.simulations(),
    floorPerHour,
    exhaustive,
  };
}

function searchModule(setting: Setting): Found {
  const { problem, kindsWithin, trials, attainment, cv, isPoisson, isOver } = setting;
  const { sloMs, hardware, modules } = problem;
  const kinds = kindsWithin(0, sloMs);
  const load = { rateRps: modules[0]!.rateRps, budgetMs: sloMs, cv };
  const { best, ...rest } = searchCounts<Certified>(
    {
      kinds,
      needs: needsOf(kinds, { ...load, attainment, isPoisson }),
      capacity: capacityOf(hardware),
      attempt: (counts) =>
        hold(trials, [
          {
            budgetMs: sloMs,
            squads: kinds.map((kind, index) => ({
              kind,
              machines: counts[index]!,
              batchSize: kind.batchSize,
            })),
          },
        ]),
      predictLoss: (counts) => predictLoss(kinds, counts, load),
      allowedLoss: 1 - attainment,
      isOver,
    },
    fromModel(setting),
  );
  return { best: best?.found, ...rest };
}

/** Of a single module every fleet that holds is certified at once: few do. */
function hold({ attempt, certify }: Trials, fleet: Fleet): Certified | undefined {
  const held = attempt(fleet);
  return held && certify(held);
}

const MOST_FROM_MODEL = 12;
const A_LITTLE_MORE = 1.02;

/** The model's plan, or the first that holds of those for a little more than the one before can serve. */
function fromModel({
  problem,
  kindsWithin,
  trials,
  attainment,
  cv,
  isOver,
}: Setting): Known<Certified> | undefined {
  const fleetFor = modelFleets(problem, kindsWithin);
  const { rateRps } = problem.modules[0]!;
  let load = 1;
  for (let tried = 0; tried < MOST_FROM_MODEL && !isOver(); ) {
    const fleet = fleetFor(load);
    if (fleet === undefined) return undefined;
    const { budgetMs, squads } = fleet[0]!;
    load = Math.max(load, capacityRps(squads) / rateRps) * A_LITTLE_MORE;
    const counts = squads.map(({ machines }) => machines);
    const kinds = squads.map(({ kind }) => kind);
    if (predictLoss(kinds, counts, { rateRps, budgetMs, cv }) > 1 - attainment && load < MOST_LOAD) continue;
    tried++;
    const found = hold(trials, fleet);
    if (found) return { found, costPerHour: fleetCost(fleet) };
  }
  return undefined;
}

/** Where even so many times the rate is predicted not to do, the prediction is not asked any more. */
const MOST_LOAD = 16;

/** What of the SLO the model is given to plan pipelines with. */
const SLO_SHARES = [1, 0.85];

/** All modules together; what bounds them from below is not known. */
function searchAll({ problem, kindsWithin, trials, attainment, cv, isOver }: Setting): Found {
  const best = searchPipeline({
    problem,
    kindsWithin,
    trials,
    attainment,
    isOver,
    families: [
      ...SLO_SHARES.map((share) => modelFleets(problem, kindsWithin, share)),
      predictedFleets(problem, kindsWithin, { cv, allowedLoss: 1 - attainment }),
    ],
  });
  return { best, floorPerHour: undefined, exhaustive: false };
}

/** What forbids every plan of the model forbids these too; otherwise the search has not found any. */
function whyNone({ problem, attainment }: Setting): InfeasibleReason {
  const model = planOptimal(problem);
  if (!model.feasible) return model.reason;
  const share = Math.round(attainment * 1e4) / 100;
  return {
    code: 'does-not-hold',
    where: problem.modules.map(({ name }) => name).join(', '),
    message: `of the machines that were tried, none answered ${share} % of the requests in time`,
  };
}
