/**
 * Which configuration a sweep measures next: those that must be, then those that tell the most about the rest; every one of the
 * grid where the user asks for all.
 */
import { STATISTICS, type Statistic } from '../domain/profile.ts';
import { chooseNextPoint, isSame, predictRest, type Sweep } from '../latency/choose-next-point.ts';
import type { GridPoint, KnownPoint, Prediction } from '../latency/predict-durations.ts';
import { quantile } from '../numeric/quantile.ts';
import { roundTo } from '../numeric/round-to.ts';
import type { PredictedPoint, SweptPoint } from './build-profile.ts';
import type { Measurement, PointConfig } from './measure-point.ts';
import { remainingPoints } from './resume.ts';
import { SETTLING } from './settling.ts';

export interface SweepState {
  readonly grid: readonly PointConfig[];
  /** Of an earlier run. */
  readonly kept: readonly SweptPoint[];
  /** Of this run, so far. */
  readonly swept: readonly SweptPoint[];
  /** Which figure plans will stand on. */
  readonly statistic: Statistic;
}

export interface SweepOrders {
  readonly exhaustive: boolean;
  /** Measured in any case, where the grid has them. */
  readonly wanted: readonly GridPoint[];
}

/** @returns undefined at the end */
export function nextConfig(state: SweepState, { exhaustive, wanted }: SweepOrders): PointConfig | undefined {
  const { grid, kept, swept } = state;
  const remaining = remainingPoints(grid, kept).filter(
    (point) => !swept.some(({ config }) => isSame(config, point)),
  );
  if (exhaustive) return remaining[0];
  // What did not settle gets another chance.
  const due = [...wanted, ...kept.map(({ config }) => config)];
  return (
    remaining.find((point) => due.some((other) => isSame(point, other))) ??
    chooseNextPoint(sweepOf(state, state.statistic))
  );
}

/** All of the grid that was not measured and can be predicted. */
export function predictUnmeasured(state: Omit<SweepState, 'statistic'>): PredictedPoint[] {
  const rests = STATISTICS.map((statistic) => predictRest(sweepOf(state, statistic)));
  return rests[0]!.map(({ point: config }, index) => {
    const each = (figure: (prediction: Prediction) => number) =>
      Object.fromEntries(
        STATISTICS.map((statistic, at) => [statistic, roundTo(figure(rests[at]![index]!.prediction), 6)]),
      ) as Record<Statistic, number>;
    return {
      config,
      durationMs: each((prediction) => prediction.durationMs),
      spreadMs: each((prediction) => prediction.spreadMs),
    };
  });
}

function sweepOf(
  { grid, kept, swept }: Omit<SweepState, 'statistic'>,
  statistic: Statistic,
): Sweep<PointConfig> {
  const latest = [
    ...kept.filter(({ config }) => !swept.some((point) => isSame(point.config, config))),
    ...swept,
  ];
  const atUsualSpeed = towardsUsualSpeed(latest);
  return {
    grid,
    known: latest.flatMap(({ config, outcome }): KnownPoint[] => {
      if (outcome.kind === 'skipped') return [];
      const seenMs = outcome.latencyMs[statistic];
      // Points of older versions do not say: then what settled figures may differ by.
      const spreadMs = outcome.spreadMs?.[statistic] ?? SETTLING.tolerance * seenMs;
      const factor = atUsualSpeed(outcome);
      return [{ ...config, durationMs: seenMs * factor, spreadMs: spreadMs * factor }];
    }),
    failed: latest.filter(({ outcome }) => outcome.kind === 'skipped').map(({ config }) => config),
  };
}

/**
 * Points tell of each other as far as the machine was as fast: what was seen counts as if it had been of its usual speed, the
 * median by the yardsticks beside the points.
 * @returns by which factor a duration is longer then
 */
function towardsUsualSpeed(points: readonly SweptPoint[]): (measurement: Measurement) => number {
  const yardsticks = points.flatMap(({ outcome }) =>
    outcome.kind === 'measured' ? (outcome.yardstickMs ?? []) : [],
  );
  if (yardsticks.length === 0) return () => 1;
  const usualMs = quantile(
    yardsticks.sort((a, b) => a - b),
    0.5,
  );
  return ({ yardstickMs = usualMs }) => usualMs / yardstickMs;
}
