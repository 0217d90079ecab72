/**
 * The independent checker: from what was asked and from a plan's choices (which points, how many machines) it works out
 * every other number of the plan anew. It shares no code with any planner, so that a mistake there cannot hide here, and
 * takes well under a millisecond: every plan passes it before anybody sees it.
 */
import type { FeasiblePlan, ModulePlan } from '../domain/plan.ts';
import { checkModule, type ModuleInputs, type Terms } from './check-module.ts';
import { atMost, CLOSE, equal, type Found, same, type Violation } from './violation.ts';

/** What the plan was asked to do; a loaded application and the flags say it. */
export interface PlanInputs extends Terms {
  readonly sloMs: number;
  /** Of the SLO, kept for what happens outside the engine. */
  readonly reserveMs?: number | undefined;
  readonly modules: readonly ModuleInputs[];
}

/** @returns what is wrong with the plan, empty where nothing is */
export function checkPlan(plan: FeasiblePlan, asked: PlanInputs): Violation[] {
  const { reserveMs = 0 } = asked;
  const limitMs = asked.sloMs - reserveMs;
  const { modules, worstCaseMs, plannedSloMs = limitMs } = plan;
  const spentPerHour = modules.reduce((sum, { costPerHour }) => sum + costPerHour, 0);
  const longestMs = longestPathMs(modules, (module) => module.worstCaseMs);
  const budgetsMs = longestPathMs(modules, ({ budgetMs }) => budgetMs);
  const found: Found[] = [
    same('rateRps', 'what was asked', plan.rateRps, asked.rateRps),
    same('sloMs', 'what was asked', plan.sloMs, asked.sloMs),
    same('reserveMs', 'what was asked', plan.reserveMs ?? 0, reserveMs),
    same('billing', 'what was asked', plan.billing, asked.billing),
    same('modules', "the application's", namesOf(modules), namesOf(asked.modules)),
    ...modules.flatMap((module) => {
      const inputs = asked.modules.find(({ name }) => name === module.name);
      return inputs === undefined ? [] : checkModule(module, inputs, asked);
    }),
    equal('costPerHour', 'sum over modules', plan.costPerHour, spentPerHour),
    equal('worstCaseMs', 'the longest path', worstCaseMs, longestMs),
    atMost('plannedSloMs', 'the SLO less the reserve', plannedSloMs, limitMs),
    atMost('worstCaseMs', 'the SLO that it was planned for', worstCaseMs, plannedSloMs),
    atMost('modules.*.budgetMs', 'every path keeps the SLO less the reserve', budgetsMs, limitMs),
    ...checkHardware(plan, asked),
    ...checkBound(plan),
    ...checkVerification(plan, limitMs),
  ];
  return found.filter((violation) => violation !== undefined);
}

/** The price list is the one that was asked for, and no more machines are used than there are. */
function checkHardware({ modules, hardware }: FeasiblePlan, { hardware: offered }: PlanInputs): Found[] {
  const allocations = modules.flatMap((module) => module.allocations);
  const used = [...new Set(allocations.map((allocation) => allocation.hardware))];
  return [
    same('hardware', 'what allocations use', Object.keys(hardware).sort().join(), used.sort().join()),
    ...used.flatMap((name): Found[] => {
      const { count, cores } = offered[name] ?? {};
      const taken = allocations
        .filter((allocation) => allocation.hardware === name)
        .map((allocation) => Math.ceil(allocation.machines) * (cores === undefined ? 1 : allocation.cores))
        .reduce((sum, units) => sum + units, 0);
      const available = count === undefined ? Number.POSITIVE_INFINITY : count * (cores ?? 1);
      return [
        same(`hardware.${name}`, 'the price list', textOf(hardware[name]), textOf(offered[name])),
        atMost(`hardware.${name}.count`, 'as many as there are', taken, available),
      ];
    }),
  ];
}

/** A bound that exceeds what a plan costs is none. */
function checkBound({ costPerHour, lowerBoundPerHour, gap, optimal }: FeasiblePlan): Found[] {
  if (lowerBoundPerHour === undefined) return [];
  const ratio = costPerHour / lowerBoundPerHour;
  return [
    atMost('lowerBoundPerHour', 'what a plan costs', lowerBoundPerHour, costPerHour),
    equal('gap', 'cost / lower bound − 1', 1 + (gap ?? Number.NaN), Math.max(1, ratio)),
    same('optimal', 'cost is the lower bound', optimal ?? 'nothing', ratio <= 1 + CLOSE),
  ];
}

/** What a replay showed is what was promised, and holding costs no less than the model's bound allows. */
function checkVerification(
  { verification, guarantee, lowerBoundPerHour = 0, boundOf = 'model' }: FeasiblePlan,
  limitMs: number,
): Found[] {
  if (verification === undefined)
    return [same('guarantee', 'nothing was seen', guarantee === 'replay', false)];
  const { attainment, target = attainment, passed, maxMs, modelCostPerHour } = verification;
  return [
    same('verification.passed', 'as many in time as promised', passed, attainment >= target),
    atMost(
      'verification.maxMs',
      'the SLO less the reserve where all were in time',
      attainment === 1 ? maxMs : 0,
      limitMs,
    ),
    // What bounds whole machines may be above what the model says of evenly spaced requests.
    ...(boundOf === 'model'
      ? [atMost('lowerBoundPerHour', "what the model's plan costs", lowerBoundPerHour, modelCostPerHour)]
      : []),
  ];
}

/** Found in as many rounds as there are modules, whatever their order. */
function longestPathMs(modules: readonly ModulePlan[], lengthMs: (module: ModulePlan) => number): number {
  const endsMs = new Map<string, number>();
  for (const _ of modules) {
    for (const module of modules) {
      const startMs = Math.max(0, ...module.after.map((parent) => endsMs.get(parent) ?? 0));
      endsMs.set(module.name, startMs + lengthMs(module));
    }
  }
  return Math.max(...endsMs.values());
}

const namesOf = (modules: readonly { readonly name: string }[]): string =>
  modules
    .map(({ name }) => name)
    .sort()
    .join(', ');

/** The same for the same fields, in whatever order. */
const textOf = (entry: object | undefined): string => JSON.stringify(Object.entries(entry ?? {}).sort());
