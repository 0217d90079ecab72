/** Series one on top of the other. */
import type { Series } from './chart.ts';

interface Stacked {
  readonly series: Series;
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

/** The stacked ones of these series, the first at the bottom; their points share their x. */
export function stackOf(series: readonly Series[]): Stacked[] {
  let below: readonly number[] = [];
  return series
    .filter(({ look }) => look === 'stacked')
    .map((each) => {
      const lower = each.points.map((_, at) => below[at] ?? 0);
      const upper = each.points.map(({ y }, at) => lower[at]! + (y ?? 0));
      below = upper;
      return { series: each, lower, upper };
    });
}
