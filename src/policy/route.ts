/**
 * The way of a request through the modules of an application: which stage follows which, and when each is due. Deadlines
 * are planned, not spent: a stage is due when the plan's worst case of the path up to it has passed since the arrival, however
 * early the stages before were done.
 */
import { longestPathsMs } from '../domain/longest-paths.ts';

export interface RouteModule {
  readonly name: string;
  readonly after: readonly string[];
  /** Whether a request may have another number of tasks there than one. */
  readonly splits: boolean;
  /** In the mean. */
  readonly tasksPerRequest: number;
  /** The planned worst case of the module. */
  readonly worstCaseMs: number;
  /** The shortest that one request can take there. */
  readonly fastestMs: number;
}

export interface Stage {
  /** Index of the module that serves it. */
  readonly module: number;
  readonly children: readonly number[];
  /** Stages that must be done before it can begin. */
  readonly parents: readonly number[];
  /** Whether the number of its tasks is asked for; one otherwise. */
  readonly splits: boolean;
  /** How many those are in the mean, as planned. */
  readonly tasksPerRequest: number;
  /** Its tasks need not wait for all of its only parent: those that come of one of the parent's tasks begin when that is done. */
  readonly rowByRow: boolean;
  /** When the stage is due after the request's arrival, by the plan, ms; */
  readonly dueMs: number;
  /** when its last parent is, */
  readonly paceMs: number;
  /** and how long it takes at most. */
  readonly worstCaseMs: number;
  /** The shortest that everything behind this stage can take, ms. */
  readonly downstreamFastestMs: number;
}

export interface Route {
  readonly stages: readonly Stage[];
  /** Stages without parents. */
  readonly roots: readonly number[];
  /** Of each stage. */
  readonly parentCounts: readonly number[];
  /** Of each stage 0. */
  readonly noTasks: readonly number[];
  /** Whether any stage does. */
  readonly goesRowByRow: boolean;
  /** The shortest that a request can take on the whole route, ms, */
  readonly fastestMs: number;
  /** and the longest, by the plan. */
  readonly worstCaseMs: number;
}

/** @param modules parents before children */
export function applicationRoute(modules: readonly RouteModule[]): Route {
  const byName = new Map(modules.map((module) => [module.name, module]));
  const due = longestPathsMs(modules, (name) => byName.get(name)!.worstCaseMs);
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
  const position = new Map(modules.map(({ name }, module) => [name, module]));
  const splitsAt = (name: string): boolean => byName.get(name)!.splits;
  return routeOf(
    modules.map(({ name, after, splits, tasksPerRequest, worstCaseMs }, module) => ({
      module,
      splits,
      tasksPerRequest,
      rowByRow: splits && after.length === 1 && splitsAt(after[0]!),
      parents: after.map((parent) => position.get(parent)!),
      children: children[module]!,
      dueMs: due.get(name)!,
      paceMs: due.get(name)! - worstCaseMs,
      worstCaseMs,
      downstreamFastestMs: toEndMs[module]!,
    })),
    Math.max(...fastest.values()),
  );
}

/** One module called by itself. */
export const moduleRoute = ({ worstCaseMs, fastestMs }: RouteModule, module: number): Route =>
  routeOf(
    [
      {
        module,
        splits: false,
        tasksPerRequest: 1,
        rowByRow: false,
        parents: [],
        children: [],
        dueMs: worstCaseMs,
        paceMs: 0,
        worstCaseMs,
        downstreamFastestMs: 0,
      },
    ],
    fastestMs,
  );

const routeOf = (stages: readonly Stage[], fastestMs: number): Route => ({
  stages,
  roots: [...stages.keys()].filter((stage) => stages[stage]!.parents.length === 0),
  parentCounts: stages.map(({ parents }) => parents.length),
  noTasks: stages.map(() => 0),
  goesRowByRow: stages.some(({ rowByRow }) => rowByRow),
  fastestMs,
  worstCaseMs: Math.max(...stages.map(({ dueMs }) => dueMs)),
});
