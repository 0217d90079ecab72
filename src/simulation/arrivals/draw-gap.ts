/**
 * Draws gaps between arrivals, in units of the mean gap. Gamma gaps by Marsaglia and Tsang, "A simple method for generating
 * gamma variables" (ACM TOMS 26(3), 2000): our reading, from public implementations; about one normal and one uniform each.
 */
import type { Random } from '../../numeric/prng.ts';
import type { Gaps } from './arrival-spec.ts';

export type DrawGap = (random: Random) => number;

/** @returns gaps ≥ 0 with mean 1 */
export function gapDrawer(gaps: Gaps): DrawGap {
  switch (gaps.kind) {
    case 'uniform':
      return () => 1;
    case 'poisson':
      return exponential;
    case 'gamma':
      return gamma(gaps.cv);
  }
}

/** By inversion of the distribution function. */
const exponential: DrawGap = (random) => -Math.log(1 - random.uniform());

/** Mean 1 and coefficient of variation `cv`: shape 1/cv², scale cv². */
function gamma(cv: number): DrawGap {
  const shape = 1 / cv ** 2;
  if (shape >= 1) return gammaOfShapeFrom1(shape, cv ** 2);
  // The method needs a shape of 1 at least: one more, times U^(1/shape), has the shape asked for.
  const oneMore = gammaOfShapeFrom1(shape + 1, cv ** 2);
  return (random) => oneMore(random) * random.uniform() ** (1 / shape);
}

/**
 * A normal x, transformed to d·(1 + c·x)³, is almost gamma distributed with shape d + 1/3; some are rejected to make it so.
 * @param shape ≥ 1
 */
function gammaOfShapeFrom1(shape: number, scale: number): DrawGap {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  return (random) => {
    for (;;) {
      const x = random.normal();
      const root = 1 + c * x;
      if (root <= 0) continue;
      const v = root * root * root;
      const square = x * x;
      const u = 1 - random.uniform();
      // Most are accepted by the first condition, which implies the second and needs no logarithm.
      if (u < 1 - 0.0331 * square * square || Math.log(u) < 0.5 * square + d * (1 - v + Math.log(v)))
        return d * v * scale;
    }
  };
}
