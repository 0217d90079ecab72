/** Saves plans. A plan's file names models relative to itself, so that a folder with both can be moved. */
import { dirname, relative, resolve } from 'node:path';
import type { ModelReference, Plan } from '../domain/plan.ts';
import { writeJsonFile } from './write-file.ts';

/** Files that a plan names. */
const PATHS = ['file', 'original', 'profile'] as const;

/** The plan as it reads from `folder`: files of models relative to it instead of to the current folder. */
export function relativeTo(folder: string, plan: Plan): Plan {
  if (!plan.feasible) return plan;
  const modelFrom = (model: ModelReference): ModelReference => {
    const paths = PATHS.flatMap((key) => {
      const path = model[key];
      return path === undefined ? [] : [[key, relative(resolve(folder), resolve(path))] as const];
    });
    return { ...model, ...Object.fromEntries(paths) };
  };
  return {
    ...plan,
    modules: plan.modules.map((module) =>
      module.model === undefined ? module : { ...module, model: modelFrom(module.model) },
    ),
  };
}

/** @throws HarpError `bad-input` where the file cannot be written */
export const savePlan = (file: string, plan: Plan): void =>
  writeJsonFile(file, relativeTo(dirname(file), plan));
