/** The planners that are compared: by the model's word, or each with the repairs that made its plan hold. */
import type { LoadedApplication } from '../domain/application.ts';
import type { Contender } from '../planning/benchmark/attempt.ts';
import { solveOptimal } from '../planning/optimal/plan-optimal.ts';
import { PLANNERS } from '../planning/planners.ts';
import { PLANNER_NAMES } from '../planning/problem.ts';
import { type ModelRequest, planByModel } from './plan-by-model.ts';
import type { Progress } from './progress.ts';

export const clock = (): number => performance.now();

/** Every planner, `optimal` with its time limit. */
export const contenders = ({
  dummies,
  timeLimitMs,
}: Pick<ModelRequest, 'dummies' | 'timeLimitMs'>): Contender[] =>
  PLANNER_NAMES.map((name) => ({
    name,
    plan: (problem) => {
      if (name !== 'optimal') return PLANNERS[name](problem, { dummies });
      const endMs = clock() + timeLimitMs;
      return solveOptimal(problem, { dummies, expired: () => clock() > endMs }).plan;
    },
  }));

/** Every planner with its repairs: what plans of this application cost that were seen to hold. */
export const seenToHold = (
  application: LoadedApplication,
  request: Omit<ModelRequest, 'planner' | 'ablation'>,
  progress: Progress,
): Contender[] =>
  PLANNER_NAMES.map((planner) => ({
    name: planner,
    plan: () => {
      progress.update(`replaying the plan of ${planner}`);
      return planByModel(application, { ...request, planner, ablation: undefined });
    },
  }));
