/**
 * What machines must at least be able to do, whatever decides their batches (ours). Of the requests that arrive in a window ℓ at
 * most K(ℓ + L) can be in time, K being what the machines complete in that time at most; so the late share is at least
 * E(A − K)⁺ / E(A) for every ℓ, and the attainment asks for a least K. Exact durations, no preemption.
 *
 * | symbol | here | meaning |
 * |---|---|---|
 * | T, L | rateRps, budgetMs | rate and latency budget |
 * | ℓ | windowMs | length of a window |
 * | A | | requests that arrive in it, mean T·ℓ/1000 |
 */
import { type MachineKind, mostWithin } from './machine-kind.ts';

/** Of every machine of a kind there is `ofKind`; all together must have `least`. */
export interface Need {
  readonly least: number;
  readonly ofKind: readonly number[];
}

export interface Demand {
  readonly rateRps: number;
  readonly budgetMs: number;
  /** Share of requests in time, 0..1. */
  readonly attainment: number;
  readonly isPoisson: boolean;
}

/** Windows from a quarter of the budget to 16 budgets: short ones see bursts, long ones the mean. */
const WINDOWS = Array.from({ length: 13 }, (_, index) => 2 ** (index / 2 - 2));

/** A fleet that misses one of these cannot keep the attainment; for arrivals that are not Poisson, only its mean rate counts. */
export function needsOf(kinds: readonly MachineKind[], demand: Demand): Need[] {
  const { rateRps, budgetMs, attainment, isPoisson } = demand;
  const windowsMs = WINDOWS.map((window) => window * budgetMs);
  const most = kinds.map((kind) =>
    mostWithin(
      kind,
      windowsMs.map((windowMs) => windowMs + budgetMs),
    ),
  );
  const windows = windowsMs.map((windowMs, index): Need => {
    const mean = (rateRps * windowMs) / 1000;
    const lost = (1 - attainment) * mean;
    const least = isPoisson ? leastForPoisson(mean, lost) : mean - lost;
    return { least, ofKind: most.map((ofWindow) => ofWindow[index]!) };
  });
  return [
    { least: attainment * rateRps, ofKind: kinds.map(({ throughputRps }) => throughputRps) },
    ...windows,
  ];
}

/** The least whole K for which E(A − K)⁺ of a Poisson variable does not exceed a limit. Cost: some 20 standard deviations. */
export function leastForPoisson(mean: number, limit: number): number {
  const mode = Math.floor(mean);
  // Relative to the mode: neither powers nor factorials, and the sum is known in the end.
  const above = [1];
  for (let k = mode + 1; above.at(-1)! > NEGLIGIBLE; k++) above.push((above.at(-1)! * mean) / k);
  const below = [1];
  for (let k = mode; k > 0 && below.at(-1)! > NEGLIGIBLE; k--) below.push((below.at(-1)! * k) / mean);
  below.shift();
  const densities = [...below.reverse(), ...above];
  const total = densities.reduce((sum, density) => sum + density, 0);
  // E(A − K)⁺ is the sum of P(A > k) over k ≥ K: from the far end down.
  let beyond = 0;
  let excess = 0;
  let k = mode - below.length + densities.length - 1;
  for (let index = densities.length - 1; index >= 0; index--) {
    beyond += densities[index]! / total;
    if (excess + beyond > limit) return k;
    excess += beyond;
    k--;
  }
  // All of what is below is certain to be exceeded.
  return Math.max(0, Math.ceil(k - (limit - excess)));
}

const NEGLIGIBLE = 1e-16;
