/**
 * A fleet as a plan: whole machines, however partial ones are billed, since a request that comes at random may need its machine
 * at any time; batches may collect as long as the module's budget lasts.
 */
import type { LoadedApplication } from '../../domain/application.ts';
import type { Enforcement } from '../../domain/enforcement.ts';
import type { Allocation, FeasiblePlan, ModulePlan } from '../../domain/plan.ts';
import { completePlan } from '../complete-plan.ts';
import { longestPathLength, parentsOf } from '../paths.ts';
import type { ModuleProblem, PlanningProblem } from '../problem.ts';
import {
  capacityRps,
  type Fleet,
  fleetCost,
  type ModuleFleet,
  type Squad,
  squadsCost,
  throughputRps,
} from './fleet.ts';

/** @param fleet each module has a machine at least; no path of budgets exceeds the SLO */
export function fleetPlan(
  problem: PlanningProblem,
  application: LoadedApplication,
  fleet: Fleet,
  enforcement: Enforcement,
): FeasiblePlan {
  const used = new Set(
    fleet.flatMap(({ squads }) => squads.filter(isThere).map(({ kind }) => kind.hardware)),
  );
  const plan: FeasiblePlan = {
    schemaVersion: 1,
    kind: 'plan',
    application: problem.application,
    planner: 'simulated',
    rateRps: problem.rateRps,
    sloMs: problem.sloMs,
    billing: problem.billing,
    feasible: true,
    costPerHour: fleetCost(fleet),
    worstCaseMs: longestPathLength(
      parentsOf(problem.modules),
      fleet.map(({ budgetMs }) => budgetMs),
    ),
    modules: problem.modules.map((module, index) => modulePlan(module, fleet[index]!)),
    enforcement,
    hardware: Object.fromEntries(Object.entries(problem.hardware).filter(([name]) => used.has(name))),
  };
  return completePlan(plan, application);
}

const isThere = ({ machines }: Squad): boolean => machines > 0;

function modulePlan(module: ModuleProblem, { budgetMs, squads }: ModuleFleet): ModulePlan {
  const { name, after, perRequest, rateRps } = module;
  const ranked = squads.filter(isThere).sort((a, b) => unitPrice(a) - unitPrice(b));
  return {
    name,
    after: [...after],
    perRequest,
    rateRps,
    dummyRps: 0,
    budgetMs,
    worstCaseMs: budgetMs,
    dispatch: 'planned',
    costPerHour: squadsCost(ranked),
    allocations: ranked.map((squad, index): Allocation => {
      const { kind, machines, batchSize } = squad;
      const { hardware, cores, pricePerHour } = kind;
      const durationMs = kind.durationMs[batchSize]!;
      return {
        rank: index + 1,
        hardware,
        cores,
        batchSize,
        durationMs,
        machines,
        throughputRps: throughputRps(squad),
        // Their part by what they can do: all of them can do more than comes.
        rateRps: (rateRps * machines * throughputRps(squad)) / capacityRps(ranked),
        // At which a full batch is still in time; what comes slower leaves in smaller ones.
        collectionRateRps: (1000 * batchSize) / (budgetMs - durationMs),
        worstCaseMs: budgetMs,
        pricePerHour,
        costPerHour: machines * pricePerHour,
      };
    }),
    serviceTimes: [],
  };
}

/** USD per hour for each request per second. */
const unitPrice = (squad: Squad): number => squad.kind.pricePerHour / throughputRps(squad);
