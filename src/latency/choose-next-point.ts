/**
 * Which point of a sweep to measure next, so that few measurements tell all a planner needs, or that they suffice.
 *
 * The corners of the grid come first. Then always the point that is least certain for its purpose: where a smaller
 * batch on as many cores has a throughput that it surely does not pass by more than WORTH, plans would hardly be cheaper
 * with it, and nothing more needs to be known; elsewhere the spread of the prediction must be within TOLERANCE, or within
 * what the measurements themselves are off by, where that is more. What serves the most requests per second on each
 * number of cores decides what plans cost, and is always measured.
 */
import { quantile } from '../numeric/quantile.ts';
import { type GridPoint, type KnownPoint, type Prediction, predictDurations } from './predict-durations.ts';

/** A predicted duration may be off by this share of it. */
const TOLERANCE = 0.105;
/** A larger batch makes requests cheaper by this share at least, or is not worth its longer wait. */
const WORTH = 0.05;
/** Corners alone prove nothing about what lies between them. */
const LEAST_KNOWN = 6;

/** What is known of a sweep's points. */
export interface Sweep<Point extends GridPoint> {
  readonly grid: readonly Point[];
  readonly known: readonly KnownPoint[];
  /** Could not be measured: nothing is predicted of such batch sizes and larger ones. */
  readonly failed: readonly GridPoint[];
}

/** @returns undefined where what is known suffices */
export function chooseNextPoint<Point extends GridPoint>({
  grid,
  known,
  failed,
}: Sweep<Point>): Point | undefined {
  const open = grid.filter((point) => ![...known, ...failed].some((other) => isSame(point, other)));
  const corner = open.find((point) => isCorner(point, grid) || isBeyond(point, failed));
  if (corner !== undefined || known.length === 0) return corner ?? open[0];

  const predict = predictDurations(known);
  const points = grid.flatMap((point) => {
    const measured = known.find((other) => isSame(point, other));
    if (measured === undefined && isBeyond(point, failed)) return [];
    return [{ point, measured: measured !== undefined, ...(measured ?? predict(point)) }];
  });
  const noise = typicalSpread(known);
  const allowed = known.length < LEAST_KNOWN ? 0 : Math.max(TOLERANCE, noise);
  const worth = Math.max(WORTH, noise);
  const doubtful = points
    .filter((candidate) => !candidate.measured && couldPass(candidate, points, 1 + worth))
    .map((candidate) => ({ ...candidate, doubt: candidate.spreadMs / candidate.durationMs }));
  const [worst] = doubtful.filter(({ doubt }) => doubt > allowed).sort((a, b) => b.doubt - a.doubt);
  return (worst ?? points.find((candidate) => !candidate.measured && isBest(candidate, points)))?.point;
}

/** What is not measured, predicted from what is; nothing beyond points that could not be measured. */
export function predictRest<Point extends GridPoint>({
  grid,
  known,
  failed,
}: Sweep<Point>): { point: Point; prediction: Prediction }[] {
  if (known.length === 0) return [];
  const predict = predictDurations(known);
  return grid
    .filter((point) => !isBeyond(point, failed) && !known.some((other) => isSame(point, other)))
    .map((point) => ({ point, prediction: predict(point) }));
}

export const isSame = (a: GridPoint, b: GridPoint): boolean =>
  a.cores === b.cores && a.batchSize === b.batchSize;

const isBeyond = ({ batchSize }: GridPoint, failed: readonly GridPoint[]): boolean =>
  failed.some((point) => batchSize >= point.batchSize);

function isCorner({ cores, batchSize }: GridPoint, grid: readonly GridPoint[]): boolean {
  const isEnd = (value: number, values: readonly number[]): boolean =>
    value === Math.min(...values) || value === Math.max(...values);
  return (
    isEnd(
      cores,
      grid.map((point) => point.cores),
    ) &&
    isEnd(
      batchSize,
      grid.map((point) => point.batchSize),
    )
  );
}

interface Estimate extends Prediction {
  readonly point: GridPoint;
}

/** Whether a point at its best has so many times the throughput of every smaller batch on as many cores. */
function couldPass(
  { point, durationMs, spreadMs }: Estimate,
  points: readonly Estimate[],
  times: number,
): boolean {
  const best = point.batchSize / Math.max(durationMs - spreadMs, Number.MIN_VALUE);
  return points
    .filter((other) => other.point.cores === point.cores && other.point.batchSize < point.batchSize)
    .every((smaller) => best > times * throughput(smaller));
}

const throughput = ({ point, durationMs }: Estimate): number => point.batchSize / durationMs;

const isBest = (a: Estimate, points: readonly Estimate[]): boolean =>
  points.every((b) => b.point.cores !== a.point.cores || throughput(b) <= throughput(a));

const typicalSpread = (known: readonly KnownPoint[]): number =>
  quantile(
    known.map(({ spreadMs, durationMs }) => spreadMs / durationMs).sort((a, b) => a - b),
    0.5,
  );
