/** What clients can call by name: the application, and each of its modules by itself. */
import type { FeasiblePlan } from '../domain/plan.ts';
import type { TensorSpec } from '../domain/tensor.ts';
import { applicationFlow, type DataFlow, moduleFlow, type Source } from './data-flow.ts';
import type { ServedModule } from './served-module.ts';

/** A model as clients see it. */
export interface ServedModel {
  readonly name: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

export interface Callable extends ServedModel {
  /** How long a request may take that brings no limit of its own. */
  readonly sloMs: number;
  /** Of the policy: 0 is the application, 1 + i the module i. */
  readonly route: number;
  readonly flow: DataFlow;
  /** Modules of the route's stages. */
  readonly modules: readonly number[];
  /** Stages that read nothing but the request, so that their rows can be put into slots on its arrival. */
  readonly readyStages: readonly number[];
  /** Whether others read what the request brought, too. */
  readonly readsLater: boolean;
}

/**
 * The application first. A module of the same name is not called by itself.
 * @throws HarpError `bad-input` where tensors do not fit together
 */
export function listCallables(plan: FeasiblePlan, modules: readonly ServedModule[]): Callable[] {
  const callable = (
    name: string,
    route: number,
    flow: DataFlow,
    stages: number[],
    sloMs: number,
  ): Callable => {
    const isOfRequest = ({ from }: Source): boolean => from === 'request';
    const isReady = (module: number): boolean => flow.sources[module]!.every(isOfRequest);
    const { inputs, outputs } = flow;
    const readyStages = [...stages.keys()].filter((stage) => isReady(stages[stage]!));
    const readsLater = stages.some((module) => !isReady(module) && flow.sources[module]!.some(isOfRequest));
    return { name, route, flow, modules: stages, readyStages, readsLater, sloMs, inputs, outputs };
  };
  const application = callable(
    plan.application,
    0,
    applicationFlow(modules),
    [...modules.keys()],
    plan.sloMs,
  );
  const single = modules.map(({ name }, index) =>
    callable(
      name,
      1 + index,
      moduleFlow(modules, index),
      [index],
      plan.modules[index]!.budgetMs + (plan.reserveMs ?? 0),
    ),
  );
  return [application, ...single.filter(({ name }) => name !== plan.application)];
}
