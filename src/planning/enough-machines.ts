/**
 * Where there are too few machines, how many a plan would take: by planning again as if there were any number, and where one kind alone
 * is counted, by halving down to the least number with which the planner finds a plan. Cost: some ten plans, only where there is none.
 */
import type { HardwareTable } from '../domain/hardware.ts';
import type { FeasiblePlan, Plan } from '../domain/plan.ts';
import { TOLERANCE } from '../domain/plan.ts';
import type { PlanningProblem } from './problem.ts';

type Counts = Readonly<Record<string, number>>;

/** @returns the plan; one that is refused for capacity with the machines that would do, where some would */
export function withEnough(
  plan: Plan,
  problem: PlanningProblem,
  planFor: (problem: PlanningProblem) => Plan,
): Plan {
  if (plan.feasible || plan.reason.code !== 'capacity') return plan;
  const enough = enoughMachines(problem, planFor);
  if (enough === undefined) return plan;
  const machines = Object.entries(enough).map(([name, count]) => `${count} × ${name}`);
  const message = `${plan.reason.message}; with ${machines.join(' and ')} the model has a plan`;
  return { ...plan, reason: { ...plan.reason, enough, message } };
}

/** Of each kind of which more are needed than there are; undefined where no number is known to do. */
function enoughMachines(
  problem: PlanningProblem,
  planFor: (problem: PlanningProblem) => Plan,
): Counts | undefined {
  const there = countsOf(problem.hardware);
  const unlimited = planFor(withCounts(problem, {}));
  if (!unlimited.feasible) return undefined;
  const used = machinesOf(unlimited, problem.hardware);
  const missing = Object.entries(there).filter(([name, count]) => (used[name] ?? 0) > count);
  if (missing.length !== 1) {
    return missing.length === 0
      ? undefined
      : Object.fromEntries(missing.map(([name]) => [name, used[name]!]));
  }
  const [name, count] = missing[0]!;
  let tooFew = count;
  let enough = used[name]!;
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    if (planFor(withCounts(problem, { ...there, [name]: middle })).feasible) enough = middle;
    else tooFew = middle;
  }
  // With the other counts as they are.
  return planFor(withCounts(problem, { ...there, [name]: enough })).feasible ? { [name]: enough } : undefined;
}

const countsOf = (hardware: HardwareTable): Counts =>
  Object.fromEntries(
    Object.entries(hardware).flatMap(([name, { count }]) => (count === undefined ? [] : [[name, count]])),
  );

/** Only these are counted. */
const withCounts = (problem: PlanningProblem, counts: Counts): PlanningProblem => ({
  ...problem,
  hardware: Object.fromEntries(
    Object.entries(problem.hardware).map(([name, { count: _there, ...machine }]) => [
      name,
      counts[name] === undefined ? machine : { ...machine, count: counts[name] },
    ]),
  ),
});

/** As capacity counts them: every worker has cores of its own. */
function machinesOf({ modules }: FeasiblePlan, hardware: HardwareTable): Counts {
  const used: Record<string, number> = {};
  for (const { hardware: name, cores, machines } of modules.flatMap(({ allocations }) => allocations))
    used[name] = (used[name] ?? 0) + (Math.ceil(machines) * cores) / (hardware[name]!.cores ?? cores);
  return Object.fromEntries(
    Object.entries(used).map(([name, machines]) => [name, Math.ceil(machines * (1 - TOLERANCE))]),
  );
}
