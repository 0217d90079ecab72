/**
 * Machine counts by rising cost, of those that meet all needs: best first over multisets of kinds. What is still missing costs at
 * least its amount at the best price that is left for it, so that fleets too small are never listed one by one.
 */
import { TOLERANCE } from '../../domain/plan.ts';
import type { Capacity } from '../capacity.ts';
import type { MachineKind } from './machine-kind.ts';
import type { Need } from './needs.ts';

export interface Counted {
  /** Machines of each kind. */
  readonly counts: readonly number[];
  readonly costPerHour: number;
}

interface Entry extends Counted {
  /** No fleet below costs less; of a fleet that is to be returned, what it costs. */
  readonly boundPerHour: number;
  /** Kinds before it are settled; undefined for a fleet to be returned. */
  readonly from: number | undefined;
}

/**
 * One fleet after the other, never falling in cost; each once.
 * @param limitPerHour asked every time; the list ends where it is reached
 */
export function* countsInOrder(
  kinds: readonly MachineKind[],
  needs: readonly Need[],
  capacity: Capacity,
  limitPerHour: () => number,
): Generator<Counted> {
  const open: Entry[] = [];
  const push = (counts: readonly number[], costPerHour: number, from: number): void => {
    const missingPerHour = leastFor(counts, from);
    if (missingPerHour === 0) sink(open, { counts, costPerHour, from: undefined, boundPerHour: costPerHour });
    const cheapest = cheapestFrom[from]!;
    const boundPerHour = costPerHour + Math.max(missingPerHour, cheapest);
    if (boundPerHour < limitPerHour()) sink(open, { counts, costPerHour, from, boundPerHour });
  };
  const cheapestFrom = kinds.map((_, from) =>
    Math.min(...kinds.slice(from).map(({ pricePerHour }) => pricePerHour)),
  );
  const unitsFrom = needs.map(({ ofKind }) =>
    kinds.map((_, from) =>
      Math.min(...kinds.slice(from).map(({ pricePerHour }, at) => pricePerHour / ofKind[from + at]!)),
    ),
  );

  /** What the machines still missing cost at least, USD per hour. */
  function leastFor(counts: readonly number[], from: number): number {
    let most = 0;
    for (let need = 0; need < needs.length; need++) {
      const { least, ofKind } = needs[need]!;
      let missing = least * (1 - TOLERANCE);
      for (let kind = 0; kind < counts.length; kind++) missing -= counts[kind]! * ofKind[kind]!;
      if (missing > 0) most = Math.max(most, missing * unitsFrom[need]![from]!);
    }
    return most;
  }

  if (kinds.length > 0)
    push(
      kinds.map(() => 0),
      0,
      0,
    );
  for (;;) {
    const next = rise(open);
    if (next === undefined || next.boundPerHour >= limitPerHour()) return;
    const { counts, costPerHour, from } = next;
    if (from === undefined) {
      yield { counts, costPerHour };
      continue;
    }
    for (let kind = from; kind < kinds.length; kind++) {
      const more = counts.with(kind, counts[kind]! + 1);
      if (areThere(more, kinds, capacity)) push(more, costPerHour + kinds[kind]!.pricePerHour, kind);
    }
  }
}

/** Whether there are so many machines. */
export function areThere(
  counts: readonly number[],
  kinds: readonly MachineKind[],
  capacity: Capacity,
): boolean {
  for (const [hardware, machines] of capacity) {
    let used = 0;
    for (let kind = 0; kind < kinds.length; kind++) {
      if (kinds[kind]!.hardware === hardware) used += counts[kind]! * kinds[kind]!.machineShare;
    }
    if (used > machines * (1 + TOLERANCE)) return false;
  }
  return true;
}

/** Into a binary heap by bound. */
function sink(heap: Entry[], entry: Entry): void {
  let at = heap.length;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (heap[parent]!.boundPerHour <= entry.boundPerHour) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = entry;
}

/** The least one out of the heap. */
function rise(heap: Entry[]): Entry | undefined {
  const least = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return least;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]!.boundPerHour < heap[child]!.boundPerHour) child++;
    if (heap[child]!.boundPerHour >= last.boundPerHour) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
  return least;
}
