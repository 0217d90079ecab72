/** A cost curve made convex from below, so that a split of latency over such curves can be priced. */
import { costAt } from './arc.ts';
import type { Piece } from './cost-pieces.ts';
import { type Hull, lowerHull } from './relax-split.ts';

/** Points that stand for an arc. */
const ARC_STEPS = 4;

/** Corners of the convex curve below a module's pieces; arcs are represented by some of their points. */
export function hullOf(pieces: readonly Piece[], extraMs: readonly number[]): Hull {
  const latencyMs: number[] = [];
  const costPerHour: number[] = [];
  const add = (piece: Piece, ms: number): void => {
    const cost = costAt(piece, ms);
    if (latencyMs.length > 0 && ms >= latencyMs.at(-1)!) return;
    while (costPerHour.length > 0 && cost <= costPerHour.at(-1)!) {
      latencyMs.pop();
      costPerHour.pop();
    }
    latencyMs.push(ms);
    costPerHour.push(cost);
  };
  for (let index = pieces.length - 1; index >= 0; index--) {
    const piece = pieces[index]!;
    if (piece.slope > 0) for (const ms of samplesOf(piece, extraMs)) add(piece, ms);
    else add(piece, piece.fromMs);
  }
  return lowerHull(latencyMs, costPerHour);
}

/** The loosest first; evenly by ratio of the distance to the pole. */
function samplesOf({ fromMs, toMs, poleMs }: Piece, extraMs: readonly number[]): number[] {
  const ratio = (toMs - poleMs) / (fromMs - poleMs);
  const samples = [toMs];
  for (let step = ARC_STEPS - 1; step > 0; step--) {
    samples.push(poleMs + (fromMs - poleMs) * ratio ** (step / ARC_STEPS));
  }
  samples.push(fromMs);
  const inside = extraMs.filter((ms) => ms > fromMs && ms < toMs);
  return inside.length === 0 ? samples : [...samples, ...inside].sort((a, b) => b - a);
}
