/** What `harp plan --planner simulated` says of its search: how sure it is, how it searched, and what else could be bought. */
import type { FeasiblePlan } from '../domain/plan.ts';
import type { Verification } from '../domain/verification.ts';
import { formatPercent, formatUsd } from './format.ts';
import type { Style } from './style.ts';

/** @returns lines that begin with their title; none of plans of the model */
export function renderSearch(
  { modules }: FeasiblePlan,
  { search, replays, seed, modelCostPerHour }: Verification,
  style: Style,
): string[] {
  if (search === undefined) return [];
  const { margin, late, dropped, utilisation, exhaustive, evenCostPerHour } = search;
  const loads = modules.map(({ name }, index) => `${name} ${formatPercent(utilisation[index]!)}`);
  const tried = replays === undefined ? 'simulations' : `${replays} simulation${replays === 1 ? '' : 's'}`;
  const beside = [
    `the model's optimum ${formatUsd(modelCostPerHour)} an hour, not replayed`,
    ...(evenCostPerHour === undefined ? [] : [`for evenly spaced requests ${formatUsd(evenCostPerHour)}`]),
  ];
  return [
    `certified   ± ${formatPercent(margin)} on fresh requests (seed ${seed}); ${late} late, ${dropped} given up; load ${loads.join(', ')}`,
    `searched    ${tried} of whole machines (seed ${search.seed}); ${exhaustive ? style.good('no cheaper set of them holds') : 'not exhaustive'}`,
    `beside it   ${style.dim(beside.join('; '))}`,
  ];
}
