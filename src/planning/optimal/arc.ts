/**
 * Arcs: what a module costs while its latency varies and its machines stay the same. Less latency needs more padding, so an
 * arc falls and is convex; where no padding is needed it is level.
 */

/** cost(L) = levelPerHour + slope / (L − poleMs) for a latency L from `fromMs` to `toMs`. */
export interface Arc {
  readonly fromMs: number;
  readonly toMs: number;
  /** USD per hour. */
  readonly levelPerHour: number;
  /** USD per hour · ms; 0 where the arc is level. */
  readonly slope: number;
  /** A duration, below `fromMs`. */
  readonly poleMs: number;
}

type Curve = Pick<Arc, 'levelPerHour' | 'slope' | 'poleMs'>;

/** USD per hour. */
export const costAt = ({ levelPerHour, slope, poleMs }: Curve, latencyMs: number): number =>
  slope === 0 ? levelPerHour : levelPerHour + slope / (latencyMs - poleMs);

/** The latency at which an arc that is not level costs this much; infinite where it never costs so little. */
export const latencyOf = ({ levelPerHour, slope, poleMs }: Curve, costPerHour: number): number =>
  costPerHour > levelPerHour ? poleMs + slope / (costPerHour - levelPerHour) : Number.POSITIVE_INFINITY;

/** Where cost + latency · price is least, the price being in USD per hour and ms: a tangent's slope. */
export function cheapestLatency({ fromMs, toMs, slope, poleMs }: Arc, price: number): number {
  if (slope === 0) return fromMs;
  if (price === 0) return toMs;
  return Math.min(toMs, Math.max(fromMs, poleMs + Math.sqrt(slope / price)));
}

/**
 * The greatest latency in [fromMs, toMs] at which both cost the same, both being above their poles; −Infinity if none is.
 * With u = L − p₁ and e = p₁ − p₂, Δ + s₁/u − s₂/(u + e) = 0 becomes Δu² + (Δe + s₁ − s₂)u + s₁e = 0.
 */
export function lastCrossing(one: Curve, other: Curve, fromMs: number, toMs: number): number {
  const difference = one.levelPerHour - other.levelPerHour;
  const apart = one.poleMs - other.poleMs;
  const linear = difference * apart + one.slope - other.slope;
  const constant = one.slope * apart;
  let greatest = Number.NEGATIVE_INFINITY;
  const consider = (u: number): void => {
    const latencyMs = one.poleMs + u;
    if (latencyMs >= fromMs && latencyMs <= toMs && latencyMs > greatest) greatest = latencyMs;
  };
  const discriminant = linear * linear - 4 * difference * constant;
  if (discriminant < 0) return greatest;
  // Of the two ways to write a root, the ones in which nothing cancels.
  const stable = -(linear + (linear < 0 ? -1 : 1) * Math.sqrt(discriminant)) / 2;
  if (difference !== 0) consider(stable / difference);
  if (stable !== 0) consider(constant / stable);
  return greatest;
}
