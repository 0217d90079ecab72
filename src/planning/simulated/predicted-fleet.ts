/**
 * Cheap machines of a module that are predicted to keep an attainment within a budget, without a simulation: as the cost of a
 * budget it is what pipelines split their SLO by. For each limit on how long a batch takes the closed form says what all machines
 * must serve; as many of one kind as are full do it, and for the rest what is cheapest. Some hundred steps.
 */
import type { Capacity } from '../capacity.ts';
import { areThere } from './counts-in-order.ts';
import type { ModuleFleet } from './fleet.ts';
import { bestSizeWithin, type MachineKind } from './machine-kind.ts';
import { type Load, lossOf } from './predict-loss.ts';

export interface Predicted extends ModuleFleet {
  readonly costPerHour: number;
}

/** Limits that are tried of each kind: its longest batch, and each half as long as the one before. */
const LIMITS = 5;

/** @returns undefined where the budget leaves no time to wait, or there are too few machines */
export function predictedFleet(
  kinds: readonly MachineKind[],
  load: Load,
  allowedLoss: number,
  capacity: Capacity,
): Predicted | undefined {
  const limitsMs = kinds.flatMap(({ durationMs, batchSize }) =>
    Array.from({ length: LIMITS }, (_, halvings) => durationMs[batchSize]! / 2 ** halvings),
  );
  let best: Predicted | undefined;
  for (const limitMs of limitsMs) {
    const ofKind = kinds.map((kind) => {
      const size = bestSizeWithin(kind, limitMs);
      return size === 0 ? 0 : (1000 * size) / kind.durationMs[size]!;
    });
    const least = leastCapacityRps(load, allowedLoss, limitMs, Math.max(...ofKind));
    if (least === undefined) continue;
    for (const counts of fillings(kinds, ofKind, least)) {
      const costPerHour = counts.reduce((sum, count, index) => sum + count * kinds[index]!.pricePerHour, 0);
      if (
        costPerHour >= (best?.costPerHour ?? Number.POSITIVE_INFINITY) ||
        !areThere(counts, kinds, capacity)
      )
        continue;
      const squads = kinds.map((kind, index) => ({
        kind,
        machines: counts[index]!,
        batchSize: kind.batchSize,
      }));
      best = { budgetMs: load.budgetMs, squads, costPerHour };
    }
  }
  return best;
}

/** Machines of one kind that are full, and of one kind for what they leave. */
function* fillings(
  kinds: readonly MachineKind[],
  ofKind: readonly number[],
  least: number,
): Generator<readonly number[]> {
  for (const [main, servedRps] of ofKind.entries()) {
    if (servedRps === 0) continue;
    const full = Math.floor(least / servedRps);
    for (const [other, restRps] of ofKind.entries()) {
      if (restRps === 0) continue;
      const rest = Math.ceil((least - full * servedRps) / restRps);
      yield kinds.map((_, kind) => (kind === main ? full : 0) + (kind === other ? rest : 0));
    }
  }
}

/** More machines than that do not help where their batches take too long. */
const MOST_HEADROOM = 16;

/**
 * What all machines must serve together, requests/s; undefined where no number of them is enough.
 * @param machineRps what one of them serves
 */
function leastCapacityRps(
  load: Load,
  allowedLoss: number,
  durationMs: number,
  machineRps: number,
): number | undefined {
  const isEnough = (allRps: number): boolean =>
    lossOf(load, allRps, durationMs, Math.max(1, allRps / machineRps)) <= allowedLoss;
  let below = 0;
  let enough = load.rateRps * MOST_HEADROOM;
  if (machineRps === 0 || !isEnough(enough)) return undefined;
  while (enough - below > 1e-4 * load.rateRps) {
    const middle = (below + enough) / 2;
    if (isEnough(middle)) enough = middle;
    else below = middle;
  }
  return enough;
}
