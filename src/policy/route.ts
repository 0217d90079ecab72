/**
 * The way of a request through the modules of an application: which stage follows which, and by when each must be done
 * so that the whole is in time. Deadlines are planned, not spent: a stage's deadline is the request's, less what the plan
 * grants to the stages behind it.
 */
import { longestPathsMs } from '../domain/plan.ts';

export interface RouteModule {
  readonly name: string;
  readonly after: readonly string[];
  /** The module's share of the SLO. */
  readonly budgetMs: number;
  /** The shortest that one request can take there. */
  readonly fastestMs: number;
}

export interface Stage {
  /** Index of the module that serves it. */
  readonly module: number;
  readonly children: readonly number[];
  /** How many parents must be done before it can begin. */
  readonly parents: number;
  /** What the plan grants to everything behind this stage, ms. */
  readonly downstreamMs: number;
  /** The shortest that everything behind this stage can take, ms. */
  readonly downstreamFastestMs: number;
}

export interface Route {
  readonly stages: readonly Stage[];
  /** The shortest that a request can take on the whole route, ms. */
  readonly fastestMs: number;
}

/**
 * @param modules parents before children
 * @param sloMs what the budgets along any path add up to at most
 */
export function applicationRoute(modules: readonly RouteModule[], sloMs: number): Route {
  const byName = new Map(modules.map((module) => [module.name, module]));
  const planned = longestPathsMs(modules, (name) => byName.get(name)!.budgetMs);
  const fastest = longestPathsMs(modules, (name) => byName.get(name)!.fastestMs);
  const children = modules.map(({ name }) =>
    modules.flatMap(({ after }, index) => (after.includes(name) ? [index] : [])),
  );
  const toEndMs: number[] = [];
  for (let module = modules.length - 1; module >= 0; module -= 1) {
    toEndMs[module] = Math.max(
      0,
      ...children[module]!.map((child) => modules[child]!.fastestMs + toEndMs[child]!),
    );
  }
  return {
    stages: modules.map(({ name, after }, module) => ({
      module,
      parents: after.length,
      children: children[module]!,
      downstreamMs: sloMs - planned.get(name)!,
      downstreamFastestMs: toEndMs[module]!,
    })),
    fastestMs: Math.max(...fastest.values()),
  };
}

/** One module called by itself. */
export const moduleRoute = ({ fastestMs }: RouteModule, module: number): Route => ({
  stages: [{ module, parents: 0, children: [], downstreamMs: 0, downstreamFastestMs: 0 }],
  fastestMs,
});
