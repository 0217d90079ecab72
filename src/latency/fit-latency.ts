/**
 * Fits the latency model of Sponge (inference serving by in-place vertical scaling) to measured points, by linear least
 * squares:
 *
 *   l(b, c) = gamma·b/c + delta·b + epsilon/c + eta
 *
 * | symbol  | meaning                                               | unit |
 * |---------|-------------------------------------------------------|------|
 * | l       | duration of one batch                                 | ms   |
 * | b, c    | requests in the batch, cores                          | 1    |
 * | gamma   | work of each request that cores share                 | ms   |
 * | delta   | work of each request that they do not share           | ms   |
 * | epsilon | work of the batch, whatever its size, that they share | ms   |
 * | eta     | the rest                                              | ms   |
 *
 * Points of one core count cannot tell what cores share, nor points of one batch size what requests add: then only the
 * terms that can be told apart are fitted and the others are 0, which says nothing about other core counts or batch sizes
 * (our reading).
 */
import type { LatencyFit, Statistic } from '../domain/profile.ts';
import { leastSquares } from '../numeric/least-squares.ts';

export interface FitPoint {
  readonly cores: number;
  readonly batchSize: number;
  readonly durationMs: number;
}

type Coefficient = 'gamma' | 'delta' | 'epsilon' | 'eta';

const TERMS: Readonly<Record<Coefficient, (point: Omit<FitPoint, 'durationMs'>) => number>> = {
  gamma: ({ batchSize, cores }) => batchSize / cores,
  delta: ({ batchSize }) => batchSize,
  epsilon: ({ cores }) => 1 / cores,
  eta: () => 1,
};

/**
 * @param points of one provider on one kind of hardware
 * @param statistic which figure of the durations they are; recorded only
 * @param weight what a ms of error counts for at a point: 1/durationMs fits relative errors
 * @returns undefined where the points cannot tell the terms apart: fewer than terms, or all in line
 */
export function fitLatency(
  points: readonly FitPoint[],
  statistic: Statistic,
  weight: (point: FitPoint) => number = () => 1,
): LatencyFit | undefined {
  const terms = identifiableTerms(points);
  const solution = leastSquares(
    points.map((point) => terms.map((term) => weight(point) * TERMS[term](point))),
    points.map((point) => weight(point) * point.durationMs),
  );
  if (solution === undefined || terms.length < 2) return undefined;

  const none: Record<Coefficient, number> = { gamma: 0, delta: 0, epsilon: 0, eta: 0 };
  const fitted = Object.fromEntries(terms.map((term, index) => [term, solution[index]!]));
  const coefficients = { ...none, ...fitted };
  return {
    form: 'gamma*b/c + delta*b + epsilon/c + eta',
    ...coefficients,
    statistic,
    ...goodness(points, (point) => evaluate(coefficients, point)),
    points: points.length,
    floorMs: Math.min(...points.map(({ durationMs }) => durationMs)),
  };
}

/**
 * The duration in ms that a fit predicts for b requests on c cores, never below the shortest measured one: the form can
 * go negative at the edges.
 */
export const predictMs = (fit: LatencyFit, b: number, c: number): number =>
  Math.max(evaluate(fit, { batchSize: b, cores: c }), fit.floorMs ?? 0);

const evaluate = (
  coefficients: Readonly<Record<Coefficient, number>>,
  point: Omit<FitPoint, 'durationMs'>,
): number =>
  (Object.keys(TERMS) as Coefficient[]).reduce(
    (sum, term) => sum + coefficients[term] * TERMS[term](point),
    0,
  );

function identifiableTerms(points: readonly FitPoint[]): readonly Coefficient[] {
  const severalCores = new Set(points.map(({ cores }) => cores)).size > 1;
  const severalSizes = new Set(points.map(({ batchSize }) => batchSize)).size > 1;
  if (severalCores && severalSizes) return ['gamma', 'delta', 'epsilon', 'eta'];
  if (severalSizes) return ['delta', 'eta'];
  return severalCores ? ['epsilon', 'eta'] : ['eta'];
}

/** R² (1 where the points do not differ), and the mean absolute error as percentage of what was measured. */
function goodness(
  points: readonly FitPoint[],
  predict: (point: FitPoint) => number,
): { r2: number; mapePercent: number } {
  const mean = points.reduce((sum, { durationMs }) => sum + durationMs, 0) / points.length;
  let unexplained = 0;
  let total = 0;
  let relativeError = 0;
  for (const point of points) {
    const error = predict(point) - point.durationMs;
    unexplained += error ** 2;
    total += (point.durationMs - mean) ** 2;
    relativeError += Math.abs(error) / point.durationMs;
  }
  return {
    r2: total === 0 ? 1 : 1 - unexplained / total,
    mapePercent: (100 * relativeError) / points.length,
  };
}

/** Mean error beyond which a fit says nothing of a model, percent; those of the profiles that come with harp are off by less than 8. Ours. */
const MISFIT_PERCENT = 25;

/** Whether the form does not describe these points, however it is bent. */
export const isMisfit = ({ mapePercent }: Pick<LatencyFit, 'mapePercent'>): boolean =>
  mapePercent > MISFIT_PERCENT;
