/**
 * What a module costs at every latency, exactly: pieces of a falling curve, each of them one structure, level or an arc.
 * Walks down from the loosest latency. A level piece ends where its machines can go no faster. Where padding is bought, the
 * structures that compete in the next stretch are listed and the lowest of their arcs followed. Some ten searches a curve.
 */
import type { ModuleProblem } from '../problem.ts';
import { type Arc, costAt, lastCrossing, latencyOf } from './arc.ts';
import { type ModuleSearch, moduleSearch } from './search-module.ts';
import { arcsOf, justBelow, type ModuleTerms, paddedCost, type Structure } from './structure.ts';

export interface Piece extends Arc {
  readonly structure: Structure;
}

export interface CostCurve {
  /** By rising latency and falling cost, each valid from `fromMs` on, none empty. */
  readonly pieces: readonly Piece[];
  /** USD per hour; latencies tighter than the first piece cost at least this, or are out of reach if it is infinite. */
  readonly beyondPerHour: number;
  /** No latency below this can be kept, at any cost. */
  readonly fastestMs: number;
  /** Relative: the true cost is nowhere less than this much below the curve. */
  readonly slack: number;
  /** False where latencies may have been missed that can be kept. */
  readonly complete: boolean;
}

export interface Stretch {
  readonly loosestMs: number;
  /** Pieces that cost this much or more are left out; infinite by default, where only capacity or a missing point ends the walk. */
  readonly limitPerHour?: number;
  /** Asked once per piece; then the walk ends there. */
  readonly expired?: () => boolean;
}

/** Growth of the cost over a stretch that is searched at once: small enough that few structures compete in it. */
const MOST_GROWTH = 0.05;

/** Where too many compete even in so small a stretch, its cost is known to within that only. */
const LEAST_GROWTH = 1e-6;

/** @returns the curve up to `loosestMs`, without pieces where nothing is cheap enough there */
export function costPieces(
  module: ModuleProblem,
  terms: ModuleTerms,
  { loosestMs, limitPerHour = Number.POSITIVE_INFINITY, expired = () => false }: Stretch,
  search: ModuleSearch = moduleSearch(module, terms),
): CostCurve {
  const pieces: Piece[] = [];
  let toMs = loosestMs;
  let growth = MOST_GROWTH;
  let slack = 0;
  const curve = (beyondPerHour: number): CostCurve => ({
    pieces: pieces.reverse(),
    beyondPerHour,
    fastestMs:
      beyondPerHour === Number.POSITIVE_INFINITY ? toMs : fastestBeyond(module, terms, beyondPerHour),
    slack: Math.max(slack, search.slack()),
    complete: search.isComplete(),
  });
  for (;;) {
    const atMs = pieces.length === 0 ? toMs : justBelow(toMs);
    const found = search.cheapestWithin(atMs);
    if (found === undefined) return curve(Number.POSITIVE_INFINITY);
    if (found.costPerHour >= limitPerHour || expired()) return curve(found.costPerHour);
    const [arc] = arcsOf(found.structure, module, terms, toMs);
    if (arc!.slope === 0) {
      const fromMs = Math.min(arc!.fromMs, atMs);
      append(pieces, { ...arc!, fromMs, structure: found.structure });
      toMs = fromMs;
      continue;
    }
    const endPerHour = found.costPerHour * (1 + growth);
    const fromMs = Math.min(Math.max(arc!.fromMs, latencyOf(arc!, endPerHour)), atMs);
    const candidates = search.candidatesBetween(fromMs, toMs, costAt(arc!, fromMs));
    if (candidates === undefined && growth > LEAST_GROWTH) {
      growth /= 4;
      continue;
    }
    if (candidates === undefined) slack = Math.max(slack, growth);
    const all = [found.structure, ...(candidates ?? [])];
    for (const piece of lowestOf(contenders(all, module, fromMs, toMs), module, terms, fromMs, toMs))
      append(pieces, piece);
    growth = Math.min(growth * 2, MOST_GROWTH);
    toMs = fromMs;
  }
}

/** What costs this much either needs machines that are not counted, or may be as fast as the fastest point. */
function fastestBeyond({ points }: ModuleProblem, { capacity }: ModuleTerms, beyondPerHour: number): number {
  const counted = [...capacity].map(([name, count]) => {
    const prices = points
      .filter(({ hardware }) => hardware === name)
      .map((p) => p.pricePerHour / p.machineShare);
    return count * Math.max(0, ...prices);
  });
  const isUncounted = counted.reduce((sum, cost) => sum + cost, 0) < beyondPerHour;
  return Math.min(
    ...points.filter(({ hardware }) => !(isUncounted && capacity.has(hardware))).map((p) => p.durationMs),
  );
}

/** A piece that goes on with the looser one before it takes its place; machines that keep a latency keep looser ones too. */
function append(pieces: Piece[], piece: Piece): void {
  const looser = pieces.at(-1);
  const goesOn =
    looser !== undefined &&
    looser.levelPerHour === piece.levelPerHour &&
    looser.slope === piece.slope &&
    (piece.slope === 0 || sameStructure(looser.structure, piece.structure));
  if (goesOn) pieces[pieces.length - 1] = { ...piece, toMs: looser.toMs };
  else pieces.push(piece);
}

const sameStructure = (a: Structure, b: Structure): boolean =>
  a.partial === b.partial &&
  a.ranks.length === b.ranks.length &&
  a.ranks.every((rank, index) => rank === b.ranks[index] && a.counts[index] === b.counts[index]);

/** Where a stretch is looked at to tell which structures compete in it. */
const LOOKS = 12;

/** Those that may be lowest somewhere: between two looks they cost less than the least at the tighter one. */
function contenders(
  structures: readonly Structure[],
  { points, rateRps }: ModuleProblem,
  fromMs: number,
  toMs: number,
): Structure[] {
  const costs: number[][] = [];
  for (let look = 0; look <= LOOKS; look++) {
    const latencyMs = look === LOOKS ? toMs : fromMs + ((toMs - fromMs) * look) / LOOKS;
    costs.push(structures.map((structure) => paddedCost(structure, points, rateRps, latencyMs)));
  }
  const least = costs.map((each) => Math.min(...each));
  return structures.filter((_, index) =>
    least.some((cost, look) => look < LOOKS && costs[look + 1]![index]! <= cost),
  );
}

/** The lowest of the structures' arcs from `toMs` down to `fromMs`, which some structure covers throughout. */
function lowestOf(
  structures: readonly Structure[],
  module: ModuleProblem,
  terms: ModuleTerms,
  fromMs: number,
  toMs: number,
): Piece[] {
  const arcs = structures.flatMap((structure) =>
    arcsOf(structure, module, terms, toMs).map((arc): Piece => ({ ...arc, structure })),
  );
  const lowest: Piece[] = [];
  let endMs = toMs;
  while (endMs > fromMs) {
    const at = Math.max(fromMs, justBelow(endMs));
    let current: Piece | undefined;
    for (const arc of arcs) {
      if (arc.fromMs > at || arc.toMs < at) continue;
      if (current === undefined || costAt(arc, at) < costAt(current, at)) current = arc;
    }
    if (current === undefined) break;
    let startMs = Math.max(fromMs, current.fromMs);
    for (const arc of arcs) {
      const tightest = Math.max(startMs, arc.fromMs);
      const loosest = Math.min(at, arc.toMs);
      if (arc !== current && tightest < loosest) {
        startMs = Math.max(startMs, lastCrossing(current, arc, tightest, loosest));
      }
    }
    lowest.push({ ...current, fromMs: Math.min(startMs, at), toMs: endMs });
    endMs = Math.min(startMs, at);
  }
  return lowest;
}
