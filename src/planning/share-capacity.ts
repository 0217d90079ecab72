/**
 * Sharing counted machines between modules. Modules are planned as if each had all machines; where together they draw more
 * than there are, the one that loses least by it gets a smaller quota, and all are planned again. Ours; a heuristic.
 */
import { type Capacity, machinesUsed } from './capacity.ts';
import type { ModuleProblem } from './problem.ts';
import { type Schedule, scheduleModule, type Terms } from './schedule-module.ts';
import { within } from './worst-case.ts';

/** Hardware of which more is drawn than there is. */
export interface Overdrawn {
  readonly hardware: string;
  /** Machines too many. */
  readonly excess: number;
  /** Numbers of the modules that draw on it. */
  readonly modules: readonly number[];
}

export function overdrawn(schedules: readonly Schedule[], capacity: Capacity): Overdrawn | undefined {
  for (const [hardware, count] of capacity) {
    const used = schedules.map(({ shares }) => machinesUsed(shares, hardware));
    const total = used.reduce((sum, machines) => sum + machines, 0);
    if (within(total, count)) continue;
    return {
      hardware,
      excess: total - count,
      modules: [...used.keys()].filter((module) => used[module]! > 0),
    };
  }
  return undefined;
}

/** @returns the quotas with one of them smaller, or undefined where no module can do with less */
export function tightenQuotas(
  { hardware, excess, modules: drawing }: Overdrawn,
  modules: readonly ModuleProblem[],
  schedules: readonly Schedule[],
  terms: readonly Terms[],
  loosestMs: readonly number[],
): Capacity[] | undefined {
  let best: { readonly module: number; readonly quota: Capacity; readonly lost: number } | undefined;
  for (const module of drawing) {
    const shares = schedules[module]!.shares.filter(({ point }) => point.hardware === hardware);
    const least = Math.min(...shares.map(({ point }) => point.machineShare));
    const quota = new Map(terms[module]!.capacity).set(
      hardware,
      Math.max(0, machinesUsed(shares, hardware) - Math.max(least, excess / 2)),
    );
    const costWith = (capacity: Capacity): number | undefined =>
      scheduleModule(modules[module]!, loosestMs[module]!, { ...terms[module]!, capacity })?.costPerHour;
    const cost = costWith(quota);
    if (cost === undefined) continue;
    const lost = cost - costWith(terms[module]!.capacity)!;
    if (best === undefined || lost < best.lost) best = { module, quota, lost };
  }
  if (best === undefined) return undefined;
  return terms.map(({ capacity }, module) => (module === best.module ? best.quota : capacity));
}
