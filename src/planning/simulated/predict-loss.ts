/**
 * The share of requests that machines will lose, in closed form: all of them taken as one server of rate C, whose backlog is a
 * random walk that ends where requests have waited too long (ours). Longer batches serve more and leave less time to wait, so
 * the best limit on them counts. Tells which fleets to try first, never which hold.
 *
 * | symbol | here | meaning |
 * |---|---|---|
 * | T, L | rateRps, budgetMs | rate and latency budget |
 * | C | capacityRps | what all machines serve |
 * | CV | cv | coefficient of variation of the gaps between arrivals |
 * | x | roomS | what a request may wait, L − d − d/2n, in s |
 * | θ | headroom | (C − T)/T |
 */
import { bestSizeWithin, type MachineKind } from './machine-kind.ts';

export interface Load {
  readonly rateRps: number;
  readonly budgetMs: number;
  readonly cv: number;
}

/**
 * 0..1, the least over all limits on how long a batch takes.
 * @param counts machines of each kind
 */
export function predictLoss(kinds: readonly MachineKind[], counts: readonly number[], load: Load): number {
  let least = 1;
  for (const [limiting, { durationMs, batchSize }] of kinds.entries()) {
    if (counts[limiting] === 0) continue;
    for (let size = 1; size <= batchSize; size++) {
      least = Math.min(least, lossWithin(kinds, counts, load, durationMs[size]!));
    }
  }
  return least;
}

/** With no batch longer than that. */
function lossWithin(
  kinds: readonly MachineKind[],
  counts: readonly number[],
  load: Load,
  limitMs: number,
): number {
  let machines = 0;
  let capacityRps = 0;
  let sumMs = 0;
  for (const [index, kind] of kinds.entries()) {
    const size = bestSizeWithin(kind, limitMs);
    if (size === 0) continue;
    const count = counts[index]!;
    machines += count;
    capacityRps += (count * 1000 * size) / kind.durationMs[size]!;
    sumMs += count * kind.durationMs[size]!;
  }
  return lossOf(load, capacityRps, sumMs / machines, machines);
}

/**
 * The closed form.
 * @param durationMs of a batch, mean over the machines
 */
export function lossOf(
  { rateRps, budgetMs, cv }: Load,
  capacityRps: number,
  durationMs: number,
  machines: number,
): number {
  const headroom = (capacityRps - rateRps) / rateRps;
  const roomS = (budgetMs - durationMs - durationMs / (2 * machines)) / 1000;
  if (roomS <= 0) return 1;
  if (cv === 0) return Math.max(0, -headroom);
  const exponent = (2 * headroom * capacityRps * roomS) / cv ** 2;
  const loss =
    Math.abs(exponent) < 1e-9 ? cv ** 2 / (2 * capacityRps * roomS) : headroom / Math.expm1(exponent);
  return Math.min(1, loss);
}
