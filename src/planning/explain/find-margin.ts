/**
 * What a little more or less of something (SLO, rate) does to the cost, by planning again: whether the cost slopes from
 * here on or stays level up to a step, and where. Found by doubling the distance until the cost changes, then halving; about
 * fifty plans. As exact as the planner is; a heuristic's cost may also change and change back in between.
 */
import type { Margin, Next } from '../../domain/explanation.ts';

export interface CostLine {
  /** Where the plan stands: ms or requests/s. */
  readonly here: number;
  readonly costPerHour: number;
  /** USD per hour; undefined where no plan exists. */
  readonly costAt: (position: number) => number | undefined;
  /** The furthest that is looked at. */
  readonly limit: number;
  readonly expired: () => boolean;
}

/** Relative: costs this close are the same, as an optimum is proven no closer. */
const SAME = 2e-6;

/** The nearest look, and how closely a change is located, relative to the position. */
const NEAR = 1e-6;

/** Relative: a cost that changes by more than this within NEAR makes a step. */
const STEP = 1e-4;

/** How far a slope is followed to measure it, relative to the position; less where it bends by more than BENT. */
const RUNS = [1e-3, 2e-4, 5e-5];
const BENT = 0.1;

/** @returns undefined where time ran out */
export function findMargin(line: CostLine): Margin | undefined {
  const { here, limit, costAt, expired } = line;
  const next = expired() ? undefined : findNext(line);
  if (next === undefined) return undefined;
  const one = here + Math.sign(limit - here);
  const oneUnitPerHour = one > 0 ? costAt(one) : undefined;
  if (expired()) return undefined;
  return { ...(oneUnitPerHour !== undefined && { oneUnitPerHour }), next };
}

function findNext({ here, costPerHour, costAt, limit, expired }: CostLine): Next | undefined {
  const towards = Math.sign(limit - here);
  const reach = Math.abs(limit - here);
  const costAway = (distance: number): number | undefined => costAt(here + towards * distance);
  const isSame = (cost: number | undefined): boolean =>
    cost !== undefined && Math.abs(cost - costPerHour) <= SAME * costPerHour;

  let same = 0;
  let changed = here * NEAR;
  while (isSame(costAway(changed))) {
    if (expired()) return undefined;
    if (changed >= reach) return { kind: 'level', until: limit };
    same = changed;
    changed = Math.min(changed * 2, reach);
  }
  while (changed - same > here * NEAR) {
    if (expired()) return undefined;
    const middle = (same + changed) / 2;
    if (isSame(costAway(middle))) same = middle;
    else changed = middle;
  }
  const at = here + towards * same;
  const beyond = costAway(changed);
  if (beyond === undefined) return { kind: 'end', at };
  const isStep = Math.abs(beyond - costPerHour) > STEP * costPerHour;
  const usdPerHourPerUnit = isStep ? undefined : slopeFrom(changed, here, costAway);
  return usdPerHourPerUnit === undefined
    ? { kind: 'step', at, costPerHour: beyond }
    : { kind: 'slope', from: at, usdPerHourPerUnit };
}

/** @returns undefined where there is no slope but a step at every scale */
function slopeFrom(
  start: number,
  here: number,
  costAway: (distance: number) => number | undefined,
): number | undefined {
  for (const run of RUNS.map((relative) => relative * here)) {
    const [first, middle, last] = [costAway(start), costAway(start + run / 2), costAway(start + run)];
    if (first === undefined || middle === undefined || last === undefined) continue;
    const bend = Math.abs(first + last - 2 * middle);
    if (bend <= BENT * Math.abs(last - first)) return (last - first) / run;
  }
  return undefined;
}
