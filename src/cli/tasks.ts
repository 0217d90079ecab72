/** What commands let a thread do (work-apart.ts): a request in, a result out, both plain data, and progress on the way. */
import type { Progress } from './progress.ts';
import type { runCompare } from './run-compare.ts';
import type { runPlan } from './run-plan.ts';
import type { runScaling } from './run-scaling.ts';
import type { runSimulate } from './run-simulate.ts';

interface Works {
  readonly compare: typeof runCompare;
  readonly plan: typeof runPlan;
  readonly scaling: typeof runScaling;
  readonly simulate: typeof runSimulate;
}

export type TaskName = keyof Works;
export type RequestOf<Name extends TaskName> = Parameters<Works[Name]>[0];
export type ResultOf<Name extends TaskName> = Awaited<ReturnType<Works[Name]>>;

type Task = (request: never, progress: Progress) => unknown;

const LOADERS: { readonly [Name in TaskName]: () => Promise<Works[Name]> } = {
  compare: async () => (await import('./run-compare.ts')).runCompare,
  plan: async () => (await import('./run-plan.ts')).runPlan,
  scaling: async () => (await import('./run-scaling.ts')).runScaling,
  simulate: async () => (await import('./run-simulate.ts')).runSimulate,
};

export async function perform<Name extends TaskName>(
  name: Name,
  request: RequestOf<Name>,
  progress: Progress,
): Promise<ResultOf<Name>> {
  const task = (await LOADERS[name]()) as Task;
  return (await task(request as never, progress)) as ResultOf<Name>;
}
