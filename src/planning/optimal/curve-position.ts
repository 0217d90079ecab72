/** Where a module can stand on its cost curve: at a price of latency, or within a latency. */
import { cheapestLatency, costAt } from './arc.ts';
import type { Piece } from './cost-pieces.ts';

/** Which piece a module is on, and where. */
export interface Position {
  readonly piece: Piece;
  readonly latencyMs: number;
}

/** Where cost + price · latency is least. */
export function cheapestAtPrice(pieces: readonly Piece[], price: number): Position {
  let best: Position | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const piece of pieces) {
    const latencyMs = cheapestLatency(piece, price);
    const value = costAt(piece, latencyMs) + price * latencyMs;
    if (value >= least) continue;
    least = value;
    best = { piece, latencyMs };
  }
  return best!;
}

/** The last piece that begins within the latency; the first if none does. */
export function pieceAt(pieces: readonly Piece[], latencyMs: number): Piece {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (pieces[middle]!.fromMs <= latencyMs) low = middle;
    else high = middle - 1;
  }
  return pieces[low]!;
}

export const positionWithin = (pieces: readonly Piece[], latencyMs: number): Position => {
  const piece = pieceAt(pieces, latencyMs);
  return {
    piece,
    latencyMs: piece.slope === 0 ? piece.fromMs : Math.max(piece.fromMs, Math.min(latencyMs, piece.toMs)),
  };
};

export const costWithin = (pieces: readonly Piece[], latencyMs: number): number => {
  const { piece, latencyMs: atMs } = positionWithin(pieces, latencyMs);
  return costAt(piece, atMs);
};
