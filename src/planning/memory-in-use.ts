/**
 * Whether the workers of a plan fit together into the memory of machines that are counted: each of them fits alone (what does not is left
 * out before), but those that share a machine by its cores share its memory too. Planners do not look for the cheapest plan that fits;
 * one that does not fit is told. A worker counts with all that was resident when it was measured, libraries that it shares with others
 * included.
 */
import { counted } from '../domain/counted.ts';
import type { FeasiblePlan, InfeasibleReason, Plan } from '../domain/plan.ts';

/** The plan, or that there is none: its workers do not fit. */
export function withinMemoryTogether(plan: FeasiblePlan): Plan {
  const reason = memoryShortage(plan);
  if (reason === undefined) return plan;
  const { schemaVersion, kind, application, planner, rateRps, sloMs, reserveMs, billing } = plan;
  const { solveMs, leftOut } = plan;
  return {
    ...{ schemaVersion, kind, application, planner, rateRps, sloMs, billing },
    ...(reserveMs !== undefined && { reserveMs }),
    ...(solveMs !== undefined && { solveMs }),
    ...(leftOut && { leftOut }),
    feasible: false,
    reason,
  };
}

/** The first kind of hardware that is too small; undefined where none is, as far as points and hardware say what they need and have. */
export function memoryShortage({ modules, hardware }: FeasiblePlan): InfeasibleReason | undefined {
  for (const [name, { count, memoryMiB }] of Object.entries(hardware)) {
    if (count === undefined || memoryMiB === undefined) continue;
    const placed = modules.flatMap((module) =>
      module.allocations
        .filter((allocation) => allocation.hardware === name)
        .map(({ machines, memoryMiB: eachMiB = 0 }) => ({
          module: module.name,
          workers: Math.ceil(machines),
          neededMiB: Math.ceil(machines) * eachMiB,
        })),
    );
    const neededMiB = sum(placed.map((one) => one.neededMiB));
    if (neededMiB <= count * memoryMiB) continue;
    const workers = counted(sum(placed.map((one) => one.workers)), 'worker');
    return {
      code: 'capacity',
      where: [...new Set(placed.map(({ module }) => module))].join(', '),
      message: `the plan has ${workers} on ${name}, which need ${Math.ceil(neededMiB)} MiB of memory together; ${count} × ${name} ${count === 1 ? 'has' : 'have'} ${count * memoryMiB} MiB`,
    };
  }
  return undefined;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
