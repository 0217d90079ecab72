/** What binds each module of a plan, and what it would run if the point that serves most of it did not exist. */
import type { LoadedApplication, LoadedModule } from '../../domain/application.ts';
import type { ModuleExplanation } from '../../domain/explanation.ts';
import {
  type Allocation,
  engineMs,
  type FeasiblePlan,
  type ModulePlan,
  type Plan,
} from '../../domain/plan.ts';
import { longestPath, parentsOf, pathsThrough } from '../paths.ts';

/** Plans a changed application with the planner that made the plan. */
export type Replan = (application: LoadedApplication) => Plan;

/** Runner-ups are left out once time is up. */
export function explainModules(
  plan: FeasiblePlan,
  application: LoadedApplication,
  replan: Replan,
  expired: () => boolean,
): ModuleExplanation[] {
  const { modules } = plan;
  const parents = parentsOf(modules);
  const worstMs = modules.map(({ worstCaseMs }) => worstCaseMs);
  const throughMs = pathsThrough(parents, worstMs);
  return modules.map((module, index) => {
    const leading = leader(module);
    const runnerUp = expired() ? undefined : findRunnerUp(plan, module.name, leading, application, replan);
    return {
      name: module.name,
      bindingRank: largest(module.allocations, ({ worstCaseMs }) => worstCaseMs).rank,
      path: pathThrough(index, parents, worstMs).map((id) => modules[id]!.name),
      slackMs: Math.max(0, engineMs(plan) - throughMs[index]!),
      leading: pointOf(leading),
      ...(runnerUp && !expired() && { runnerUp }),
    };
  });
}

/** Plans again without the leading point; points that it dominates come back into play. */
function findRunnerUp(
  plan: FeasiblePlan,
  name: string,
  leading: Allocation,
  application: LoadedApplication,
  replan: Replan,
): ModuleExplanation['runnerUp'] {
  const without = (module: LoadedModule): LoadedModule =>
    module.name === name
      ? { ...module, points: module.points.filter((point) => !isPoint(point, leading)) }
      : module;
  const modules = application.modules.map(without);
  if (modules.some(({ points }) => points.length === 0)) return undefined;
  const second = replan({ ...application, modules });
  if (!second.feasible) return undefined;
  const led = second.modules.find((module) => module.name === name)!;
  return { ...pointOf(leader(led)), extraPerHour: second.costPerHour - plan.costPerHour };
}

/** The longest path through a module is the longest of all when the module is made longer than everything else. */
function pathThrough(module: number, parents: readonly number[][], lengthsMs: readonly number[]): number[] {
  const totalMs = lengthsMs.reduce((sum, ms) => sum + ms, 0);
  return longestPath(
    parents,
    lengthsMs.map((ms, index) => (index === module ? ms + totalMs : ms)),
  );
}

const leader = ({ allocations }: ModulePlan): Allocation => largest(allocations, ({ rateRps }) => rateRps);

const largest = (
  allocations: readonly Allocation[],
  sizeOf: (allocation: Allocation) => number,
): Allocation => allocations.reduce((most, one) => (sizeOf(one) > sizeOf(most) ? one : most));

type PointKey = Pick<Allocation, 'hardware' | 'cores' | 'batchSize'>;

const pointOf = ({ hardware, cores, batchSize }: PointKey): PointKey => ({ hardware, cores, batchSize });

const isPoint = (a: PointKey, b: PointKey): boolean =>
  a.hardware === b.hardware && a.cores === b.cores && a.batchSize === b.batchSize;
