/** Where a module can stand on its cost curve: at a price of latency, or within a latency. */
import { cheapestLatency, costAt } from './arc.ts';
import type { Piece } from './cost-pieces.ts';

/** Which piece a module is on, and where. */
export interface Position {
  readonly piece: Piece;
  readonly latencyMs: number;
}

/** The least cost + price · latency of a piece, USD per hour. */
export function leastValue(piece: Piece, price: number): number {
  const latencyMs = cheapestLatency(piece, price);
  return costAt(piece, latencyMs) + price * latencyMs;
}

/** Where cost + price · latency is least. */
export function cheapestAtPrice(pieces: readonly Piece[], price: number): Position {
  let best = pieces[0]!;
  let least = Number.POSITIVE_INFINITY;
  for (const piece of pieces) {
    const value = leastValue(piece, price);
    if (value >= least) continue;
    least = value;
    best = piece;
  }
  return { piece: best, latencyMs: cheapestLatency(best, price) };
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
