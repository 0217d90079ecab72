/**
 * Fleets of several modules that hold, by trying whole pipelines (ours). Families of fleets grow with the load that they are made
 * for: plans of the model, and splits of the SLO by what budgets are predicted to cost; of each the smallest load that holds is
 * found by halving. From the cheapest, machines are taken as long as it holds, under other deadlines or budgets if need be.
 */
import { ENFORCEMENT, type Enforcement } from '../../domain/enforcement.ts';
import type { PlanningProblem } from '../problem.ts';
import { capacityRps, type Fleet, type KindsWithin } from './fleet.ts';
import { type FleetFor, withBudgets } from './fleet-for-load.ts';
import { shaveFleet } from './shave-fleet.ts';
import type { Certified, Held, Trials } from './try-fleets.ts';

export interface PipelineSearch {
  readonly problem: PlanningProblem;
  readonly families: readonly FleetFor[];
  readonly kindsWithin: KindsWithin;
  readonly trials: Trials;
  readonly attainment: number;
  readonly isOver: () => boolean;
}

/** By the SLO alone instead of by the budgets on the way: what one module saves is the next one's. */
const BY_SLO: Enforcement = { ...ENFORCEMENT, deadlines: 'slo' };

/** How much more of the SLO a module gets that lost a machine. */
const MORE_BUDGET = 1.25;

/** @returns the cheapest that holds on fresh arrivals of those that held in the search */
export function searchPipeline(search: PipelineSearch): Certified | undefined {
  const { problem, families, trials, attainment, isOver } = search;
  const held: Held[] = [];
  const attempt: Trials['attempt'] = (fleet, rules) => {
    const found = trials.attempt(fleet, rules);
    if (found) held.push(found);
    return found;
  };
  for (const fleetFor of families) leastLoad(fleetFor, attempt, isOver);
  const [start] = held.sort(byCost);
  if (start === undefined) return undefined;
  shaveFleet(start, {
    attempt: (fleet, module) => firstToHold(search, attempt, fleet, module),
    isTooSmall: (module, squads) => capacityRps(squads) < attainment * problem.modules[module]!.rateRps,
    isOver,
  });
  for (const cheapest of held.sort(byCost)) {
    const certified = trials.certify(cheapest);
    if (certified) return certified;
  }
  return undefined;
}

const byCost = (a: Held, b: Held): number => a.plan.costPerHour - b.plan.costPerHour;

const FIRST_LOAD = 1;
const GROWTH = 1.2;
const MOST_LOAD = 8;
/** Relative: loads closer than this are one. */
const CLOSE = 0.02;

/** Tries down to the smallest load whose fleet holds, as far as more load means more machines. */
function leastLoad(fleetFor: FleetFor, attempt: Trials['attempt'], isOver: () => boolean): void {
  const holds = (load: number): Held | undefined => {
    const fleet = fleetFor(load);
    return fleet && (attempt(fleet) ?? attempt(fleet, BY_SLO));
  };
  let failing = FIRST_LOAD / GROWTH;
  let load = FIRST_LOAD;
  let found = holds(load);
  while (found === undefined && load < MOST_LOAD && !isOver()) {
    failing = load;
    load *= GROWTH;
    found = holds(load);
  }
  while (found !== undefined && load / failing > 1 + CLOSE && !isOver()) {
    const middle = Math.sqrt(load * failing);
    if (holds(middle)) load = middle;
    else failing = middle;
  }
}

/** The fleet as it is, with deadlines by the SLO, or with more budget for the module that has changed. */
function firstToHold(
  { problem, kindsWithin }: PipelineSearch,
  attempt: Trials['attempt'],
  fleet: Fleet,
  changed: number,
): Held | undefined {
  const favoured = { ...fleet[changed]!, budgetMs: fleet[changed]!.budgetMs * MORE_BUDGET };
  const shifted = withBudgets(problem, fleet.with(changed, favoured), kindsWithin);
  return attempt(fleet) ?? attempt(fleet, BY_SLO) ?? (shifted && attempt(shifted));
}
