/**
 * Counted machines are a pool that modules share. Each is first planned as if all were its own, which bounds the cost; where
 * together they draw more than there are, one of them either gets fewer than it drew or leaves only the rest to the others,
 * and both are planned anew, the one with the lower bound first. Without counted machines that is one round.
 */
import { type Capacity, capacityOf, machinesUsed } from '../capacity.ts';
import type { PlanningProblem } from '../problem.ts';
import type { Schedule } from '../schedule-module.ts';
import { within } from '../worst-case.ts';
import { isWorthwhile } from './is-worthwhile.ts';
import { planWithin, type Reach, type Shared } from './plan-within.ts';

/** What each module may draw at most, and is counted on to draw at least. */
interface Quotas {
  readonly most: readonly Capacity[];
  readonly least: readonly Capacity[];
  readonly boundPerHour: number;
}

export function shareExactly(
  problem: PlanningProblem,
  reach: Reach,
  dummies: boolean,
  expired: () => boolean,
): Shared {
  const counts = capacityOf(problem.hardware);
  const open: Quotas[] = [
    { most: problem.modules.map(() => counts), least: problem.modules.map(() => new Map()), boundPerHour: 0 },
  ];
  let best: { readonly schedules: readonly Schedule[]; readonly costPerHour: number } | undefined;
  let boundPerHour = Number.POSITIVE_INFINITY;
  let boxes = 0;
  for (;;) {
    const quotas = takeLowest(open);
    if (quotas === undefined) break;
    const limitPerHour = best?.costPerHour ?? Number.POSITIVE_INFINITY;
    if (!isWorthwhile(quotas.boundPerHour, limitPerHour) || (boxes > 0 && expired())) {
      boundPerHour = Math.min(boundPerHour, quotas.boundPerHour);
      break;
    }
    const planned = planWithin(problem, reach, { dummies, expired, quotas: quotas.most, limitPerHour });
    boxes += planned.boxes;
    const { schedules } = planned;
    const bound = Math.max(planned.boundPerHour, quotas.boundPerHour);
    const over = schedules && overdrawn(schedules, counts, quotas.least);
    if (over) {
      for (const half of halve(quotas, over, counts, bound)) open.push(half);
      continue;
    }
    boundPerHour = Math.min(boundPerHour, bound);
    if (schedules === undefined) continue;
    const costPerHour = schedules.reduce((sum, schedule) => sum + schedule.costPerHour, 0);
    if (costPerHour < limitPerHour) best = { schedules, costPerHour };
  }
  return { schedules: best?.schedules, boundPerHour, boxes };
}

function takeLowest(open: Quotas[]): Quotas | undefined {
  if (open.length === 0) return undefined;
  const lowest = open.reduce((a, b) => (b.boundPerHour < a.boundPerHour ? b : a));
  open.splice(open.indexOf(lowest), 1);
  return lowest;
}

interface Overdrawn {
  readonly hardware: string;
  readonly module: number;
  /** Machines that the module draws. */
  readonly drawn: number;
}

/** The module that draws most of a pool that is overdrawn, among those not yet counted on to draw as much. */
function overdrawn(
  schedules: readonly Schedule[],
  counts: Capacity,
  least: readonly Capacity[],
): Overdrawn | undefined {
  for (const [hardware, count] of counts) {
    const drawn = schedules.map(({ shares }) => machinesUsed(shares, hardware));
    if (
      within(
        drawn.reduce((sum, machines) => sum + machines, 0),
        count,
      )
    )
      continue;
    const module = [...drawn.keys()]
      .filter((each) => drawn[each]! > (least[each]!.get(hardware) ?? 0))
      .reduce((a, b) => (drawn[b]! > drawn[a]! ? b : a));
    return { hardware, module, drawn: drawn[module]! };
  }
  return undefined;
}

/** Either the module draws less than it did, or at least as much and the others share the rest. */
function halve(
  { most, least }: Quotas,
  { hardware, module, drawn }: Overdrawn,
  counts: Capacity,
  boundPerHour: number,
): Quotas[] {
  const fewer = most.map((quota, each) =>
    each === module ? withQuota(quota, hardware, drawn * (1 - 1e-6)) : quota,
  );
  const reserved = least.map((quota, each) => (each === module ? withQuota(quota, hardware, drawn) : quota));
  const total = reserved.reduce((sum, quota) => sum + (quota.get(hardware) ?? 0), 0);
  const rest = most.map((quota, each) => {
    const forIt = counts.get(hardware)! - total + (reserved[each]!.get(hardware) ?? 0);
    return withQuota(quota, hardware, Math.min(quota.get(hardware)!, forIt));
  });
  const isPossible = within(total, counts.get(hardware)!);
  return [
    { most: fewer, least, boundPerHour },
    ...(isPossible ? [{ most: rest, least: reserved, boundPerHour }] : []),
  ];
}

const withQuota = (quota: Capacity, hardware: string, machines: number): Capacity =>
  new Map(quota).set(hardware, machines);
