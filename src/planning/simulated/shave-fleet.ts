/**
 * From a fleet that holds to a cheaper one, one change after the other: a machine less, or a few of a cheaper kind in its place; the
 * largest saving first. Ends where no single change holds. What is part of a fleet that failed is not tried.
 */
import { type Fleet, type Squad, withMachines } from './fleet.ts';

export interface Shaving<Found> {
  /**
   * What holds, perhaps with other budgets; undefined where the fleet does not hold.
   * @param changed the module that has fewer or cheaper machines than before
   */
  readonly attempt: (fleet: Fleet, changed: number) => Found | undefined;
  /** Whether a module with these machines is out of the question. */
  readonly isTooSmall: (module: number, squads: readonly Squad[]) => boolean;
  readonly isOver: () => boolean;
}

interface Change {
  readonly fleet: Fleet;
  readonly module: number;
  readonly savedPerHour: number;
}

/** Machines of a cheaper kind that take the place of one, at most. */
const MOST_IN_PLACE = 3;

/** @returns the cheapest that holds, perhaps the one to start from */
export function shaveFleet<Found extends { readonly fleet: Fleet }>(
  start: Found,
  { attempt, isTooSmall, isOver }: Shaving<Found>,
): Found {
  const failed: Fleet[] = [];
  let best = start;
  for (;;) {
    const cheaper = firstToHold(changesOf(best.fleet));
    if (cheaper === undefined) return best;
    best = cheaper;
  }

  function firstToHold(changes: readonly Change[]): Found | undefined {
    for (const { fleet, module } of changes) {
      if (isTooSmall(module, fleet[module]!.squads) || failed.some((larger) => isPartOf(fleet, larger)))
        continue;
      if (isOver()) return undefined;
      const found = attempt(fleet, module);
      if (found !== undefined) return found;
      failed.push(fleet);
    }
    return undefined;
  }
}

/** All that save something, the largest saving first. */
const changesOf = (fleet: Fleet): Change[] =>
  fleet
    .flatMap(({ squads }, module) =>
      squads.flatMap(({ machines }, index) =>
        machines === 0
          ? []
          : withoutOne(squads, index).map(({ squads, savedPerHour }) => ({
              fleet: fleet.with(module, { ...fleet[module]!, squads }),
              module,
              savedPerHour,
            })),
      ),
    )
    .sort((a, b) => b.savedPerHour - a.savedPerHour);

/** A machine less, and what may take its place. */
function withoutOne(
  squads: readonly Squad[],
  index: number,
): { readonly squads: readonly Squad[]; readonly savedPerHour: number }[] {
  const { kind, machines } = squads[index]!;
  const fewer = withMachines(squads, index, machines - 1);
  const changes = [{ squads: fewer, savedPerHour: kind.pricePerHour }];
  for (const [other, { kind: substitute, machines: there }] of squads.entries()) {
    for (let more = 1; more <= MOST_IN_PLACE; more++) {
      const savedPerHour = kind.pricePerHour - more * substitute.pricePerHour;
      if (savedPerHour > 0) changes.push({ squads: withMachines(fewer, other, there + more), savedPerHour });
    }
  }
  return changes;
}

/** Machine for machine, within the same budgets. */
const isPartOf = (fleet: Fleet, larger: Fleet): boolean =>
  fleet.every(
    ({ budgetMs, squads }, module) =>
      budgetMs === larger[module]!.budgetMs &&
      squads.every(({ machines }, index) => machines <= larger[module]!.squads[index]!.machines),
  );
