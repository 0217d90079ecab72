/** Fleets: how many machines of which kind every module has, and how much of the SLO. */
import type { MachineKind } from './machine-kind.ts';

/** Machines of one kind; there may be none. */
export interface Squad {
  readonly kind: MachineKind;
  readonly machines: number;
  /** No batch is larger; at most the kind's best. */
  readonly batchSize: number;
}

export interface ModuleFleet {
  readonly budgetMs: number;
  /** One for each kind that there is within the budget, in the order of `machineKinds`. */
  readonly squads: readonly Squad[];
}

/** Of every module of a problem. */
export type Fleet = readonly ModuleFleet[];

/** The kinds of machines of a module, by its number, within a budget in ms. */
export type KindsWithin = (module: number, budgetMs: number) => readonly MachineKind[];

type Machines = Pick<MachineKind, 'hardware' | 'cores'>;

interface Wanted {
  readonly kind: Machines;
  readonly machines: number;
  readonly batchSize: number;
}

/**
 * @param wanted machines by hardware and cores; several of the same add up, a partial machine counts as a whole one
 * @returns undefined where one of them is of no use within the budget
 */
export function moduleFleet(
  budgetMs: number,
  kinds: readonly MachineKind[],
  wanted: readonly Wanted[],
): ModuleFleet | undefined {
  const squads = kinds.map((kind): Squad => {
    const same = wanted.filter(
      (one) => one.machines > 0 && one.kind.hardware === kind.hardware && one.kind.cores === kind.cores,
    );
    if (same.length === 0) return { kind, machines: 0, batchSize: kind.batchSize };
    return {
      kind,
      machines: same.reduce((sum, { machines }) => sum + Math.ceil(machines), 0),
      batchSize: Math.min(kind.batchSize, Math.max(...same.map(({ batchSize }) => batchSize))),
    };
  });
  const placed = squads.reduce((sum, { machines }) => sum + machines, 0);
  const needed = wanted.reduce((sum, { machines }) => sum + Math.ceil(machines), 0);
  return placed === needed ? { budgetMs, squads } : undefined;
}

/** USD per hour. */
export const fleetCost = (fleet: Fleet): number =>
  fleet.reduce((sum, { squads }) => sum + squadsCost(squads), 0);

/** USD per hour. */
export const squadsCost = (squads: readonly Squad[]): number =>
  squads.reduce((sum, { kind, machines }) => sum + machines * kind.pricePerHour, 0);

/** What all machines of a module serve, requests/s. */
export const capacityRps = (squads: readonly Squad[]): number =>
  squads.reduce((sum, squad) => sum + squad.machines * throughputRps(squad), 0);

/** Of one machine that always runs its largest batch. */
export const throughputRps = ({ kind, batchSize }: Squad): number =>
  (1000 * batchSize) / kind.durationMs[batchSize]!;

export const withMachines = (squads: readonly Squad[], index: number, machines: number): readonly Squad[] =>
  squads.with(index, { ...squads[index]!, machines });
