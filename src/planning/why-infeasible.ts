/** Why no plan keeps the SLO: which modules bind, what they need at best, and what there is. */
import type { InfeasibleReason } from '../domain/plan.ts';
import type { PlanningProblem, SplitRule } from './problem.ts';
import { leastSloMs } from './worst-case.ts';

/** The durations alone take longer than the SLO, or leave next to nothing of it. */
export function tooTight(
  problem: PlanningProblem,
  path: readonly number[],
  durationsMs: number,
): InfeasibleReason {
  const neededMs = leastSloMs(durationsMs, problem.sloMs);
  const figures = pathNeeds(problem, path, neededMs, problem.sloMs);
  const [needed, available] = apart(neededMs, problem.sloMs);
  const message = `${figures.where} needs more than ${needed}; ${limit(problem, available)}`;
  return { code: 'slo-too-tight', ...figures, message };
}

/** At this rate batches fill too slowly, and padding is not allowed. */
export function noPoint(
  problem: PlanningProblem,
  path: readonly number[],
  neededMs: number,
): InfeasibleReason {
  const figures = pathNeeds(problem, path, neededMs, problem.sloMs);
  const [needed, available] = apart(neededMs, problem.sloMs);
  return {
    code: 'no-point',
    ...figures,
    message: `without dummy requests ${figures.where} needs at least ${needed} at this rate; ${limit(problem, available)}`,
  };
}

/** There are not enough machines for these modules. */
export function noCapacity(problem: PlanningProblem, modules: readonly number[]): InfeasibleReason {
  const names = modules.map((module) => problem.modules[module]!.name);
  const offered = new Set(
    modules.flatMap((module) => problem.modules[module]!.points.map((p) => p.hardware)),
  );
  const counts = Object.entries(problem.hardware)
    .filter(([name, { count }]) => offered.has(name) && count !== undefined)
    .map(
      ([name, { count, cores }]) => `${count} × ${name}${cores === undefined ? '' : ` with ${cores} cores`}`,
    );
  return {
    code: 'capacity',
    where: names.join(', '),
    message: `${counts.join(' and ')} cannot serve ${names.join(' and ')} at ${problem.rateRps} requests/s within ${ms(problem.sloMs)}: every module needs a worker with cores of its own, and time for its batches to fill`,
  };
}

/** Machines that all run the same batch size are too slow for their share of the SLO. */
export function noConfiguration(
  problem: PlanningProblem,
  path: readonly number[],
  neededMs: number,
  availableMs: number,
): InfeasibleReason {
  const figures = pathNeeds(problem, path, neededMs, availableMs);
  const [needed, available] = apart(neededMs, availableMs);
  return {
    code: 'not-found',
    ...figures,
    message: `${figures.where} needs at least ${needed} on machines that fill batches of their own; its share of the SLO is ${available}`,
  };
}

/** There may be a plan, but this way of splitting the SLO does not lead to it. */
export const noSplit = ({ modules, sloMs }: PlanningProblem, split: SplitRule): InfeasibleReason => ({
  code: 'not-found',
  where: modules.map(({ name }) => name).join(', '),
  message: `found no split of ${ms(sloMs)} by the rule ${split} in which every module keeps its share`,
});

/** Every module runs somewhere, but not all of them on the same hardware. */
export const noSingleType = ({ modules, hardware }: PlanningProblem): InfeasibleReason => ({
  code: 'not-found',
  where: modules.map(({ name }) => name).join(', '),
  message: `none of ${Object.keys(hardware).join(', ')} runs all modules, and this planner buys one kind of machine only`,
});

const pathNeeds = (
  { modules }: PlanningProblem,
  path: readonly number[],
  neededMs: number,
  availableMs: number,
) => ({ where: path.map((module) => modules[module]!.name).join(' → '), neededMs, availableMs });

/** What the engine has at most. */
const limit = ({ reserveMs }: PlanningProblem, text: string): string =>
  `the SLO${reserveMs === undefined ? '' : ' less the reserve'} is ${text}`;

/** To the microsecond, without trailing zeros. */
const ms = (value: number): string => `${Number(value.toFixed(DIGITS))} ms`;

const DIGITS = 3;
/** As many as a number of milliseconds has, or nearly. */
const MOST_DIGITS = 12;

/** Both, with as many digits as it takes that what differs reads as different. */
function apart(aMs: number, bMs: number): [a: string, b: string] {
  let digits = DIGITS;
  while (digits < MOST_DIGITS && aMs !== bMs && Number(aMs.toFixed(digits)) === Number(bMs.toFixed(digits)))
    digits++;
  return [`${Number(aMs.toFixed(digits))} ms`, `${Number(bMs.toFixed(digits))} ms`];
}
