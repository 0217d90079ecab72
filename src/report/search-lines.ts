/** What `harp plan --planner simulated` says of its search: how sure it is, how it searched, and what else could be bought. */
import type { FeasiblePlan } from '../domain/plan.ts';
import type { Verification } from '../domain/verification.ts';
import { formatPercent, formatUsd } from './format.ts';
import type { Style } from './style.ts';

/** @returns lines that begin with their title; none of plans of the model */
export function renderSearch(
  { costPerHour, modules }: FeasiblePlan,
  { search, replays, modelCostPerHour }: Verification,
  style: Style,
): string[] {
  if (search === undefined) return [];
  const { margin, late, dropped, utilisation, exhaustive, floorPerHour, evenCostPerHour } = search;
  const loads = modules.map(({ name }, index) => `${name} ${formatPercent(utilisation[index]!)}`);
  const against = (what: string, perHour: number): string =>
    `${what} ${formatUsd(perHour)} (${formatPercent(1 - perHour / costPerHour)} less than this)`;
  const beside = [
    `the model's optimum ${formatUsd(modelCostPerHour)} an hour, not replayed`,
    ...(evenCostPerHour === undefined ? [] : [`for evenly spaced requests ${formatUsd(evenCostPerHour)}`]),
    ...(floorPerHour === undefined ? [] : [against('no dispatcher holds below', floorPerHour)]),
  ];
  return [
    `certified   ± ${formatPercent(margin)} on fresh requests; ${late} late, ${dropped} given up; load ${loads.join(', ')}`,
    `searched    ${replays} simulation${replays === 1 ? '' : 's'} of whole machines; ${exhaustive ? style.good('no cheaper set of them holds') : 'not exhaustive'}`,
    `beside it   ${style.dim(beside.join('; '))}`,
  ];
}
