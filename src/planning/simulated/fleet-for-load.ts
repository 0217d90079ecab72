/**
 * Families of fleets that grow with the load they are made for: starting points of a search. One is the model's optimum for a higher
 * rate; the other splits the SLO, in quanta, by what each budget is predicted to cost under arrivals at random.
 */
import { capacityOf } from '../capacity.ts';
import { planOptimal } from '../optimal/plan-optimal.ts';
import { longestPathLength, parentsOf } from '../paths.ts';
import type { PlanningProblem } from '../problem.ts';
import type { Schedule } from '../schedule-module.ts';
import { splitByQuanta } from '../split-by-quanta.ts';
import { type Fleet, type KindsWithin, type ModuleFleet, moduleFleet } from './fleet.ts';
import { predictedFleet } from './predicted-fleet.ts';

/** The fleet for a multiple of the rate; undefined where there is none. */
export type FleetFor = (load: number) => Fleet | undefined;

/** @param sloShare the part of the SLO that the model plans with; the rest is for what it does not know */
export const modelFleets =
  (problem: PlanningProblem, kindsWithin: KindsWithin, sloShare = 1): FleetFor =>
  (load) => {
    const plan = planOptimal(withLoad({ ...problem, sloMs: problem.sloMs * sloShare }, load));
    if (!plan.feasible) return undefined;
    const fleet = plan.modules.map((planned, module) => {
      const budgetMs = planned.budgetMs / sloShare;
      return moduleFleet(
        budgetMs,
        kindsWithin(module, budgetMs),
        planned.allocations.map(({ hardware, cores, machines, batchSize }) => ({
          kind: { hardware, cores },
          machines,
          batchSize,
        })),
      );
    });
    return fleet.every((module) => module !== undefined) ? fleet : undefined;
  };

const withLoad = (problem: PlanningProblem, load: number): PlanningProblem => ({
  ...problem,
  billing: 'whole',
  rateRps: problem.rateRps * load,
  modules: problem.modules.map((module) => ({ ...module, rateRps: module.rateRps * load })),
});

/** Of the SLO. */
const QUANTA = 40;

/** @param allowedLoss share of requests that all modules together may lose; each gets the same part of it */
export function predictedFleets(
  problem: PlanningProblem,
  kindsWithin: KindsWithin,
  { cv, allowedLoss }: { readonly cv: number; readonly allowedLoss: number },
): FleetFor {
  const { modules, sloMs, hardware } = problem;
  const capacity = capacityOf(hardware);
  const parents = parentsOf(modules);
  return (load) => {
    const fleets = new Map<Schedule, ModuleFleet>();
    const scheduleIn = (module: number, budgetMs: number): Schedule | undefined => {
      const fleet = predictedFleet(
        kindsWithin(module, budgetMs),
        { rateRps: modules[module]!.rateRps * load, budgetMs, cv },
        allowedLoss / modules.length,
        capacity,
      );
      if (fleet === undefined) return undefined;
      const schedule = { shares: [], dummyRps: 0, worstCaseMs: budgetMs, costPerHour: fleet.costPerHour };
      fleets.set(schedule, fleet);
      return schedule;
    };
    const split = splitByQuanta({ parents, sloMs, quantumMs: sloMs / QUANTA, scheduleIn });
    return (
      split &&
      withBudgets(
        problem,
        split.map((schedule) => fleets.get(schedule)!),
        kindsWithin,
      )
    );
  };
}

/**
 * The same machines, with what is left of the SLO shared out in proportion to the budgets that are wanted, or with the SLO instead
 * of what is beyond it; undefined where some machine is then of no use.
 */
export function withBudgets(
  { modules, sloMs }: PlanningProblem,
  wanted: Fleet,
  kindsWithin: KindsWithin,
): Fleet | undefined {
  const wantedMs = wanted.map(({ budgetMs }) => budgetMs);
  const scale = sloMs / longestPathLength(parentsOf(modules), wantedMs);
  const fleet = wanted.map(({ squads }, module) => {
    const budgetMs = wantedMs[module]! * scale;
    return moduleFleet(budgetMs, kindsWithin(module, budgetMs), squads);
  });
  return fleet.every((module) => module !== undefined) ? fleet : undefined;
}
