/** Saves plans. A plan's file names models relative to itself, so that a folder with both can be moved. */
import { dirname, relative, resolve } from 'node:path';
import type { Plan } from '../domain/plan.ts';
import { writeJsonFile } from './write-file.ts';

/** The plan as it reads from `folder`: files of models relative to it instead of to the current folder. */
export function relativeTo(folder: string, plan: Plan): Plan {
  if (!plan.feasible) return plan;
  return {
    ...plan,
    modules: plan.modules.map((module) =>
      module.model?.file === undefined
        ? module
        : {
            ...module,
            model: { ...module.model, file: relative(resolve(folder), resolve(module.model.file)) },
          },
    ),
  };
}

/** @throws HarpError `bad-input` where the file cannot be written */
export const savePlan = (file: string, plan: Plan): void =>
  writeJsonFile(file, relativeTo(dirname(file), plan));
