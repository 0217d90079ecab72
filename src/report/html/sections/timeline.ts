/** Figures over time, thinned to what a chart can show. */
import { secondsAxis } from '../chart/axes.ts';
import type { Axis, Chart, Colour, Look, Point, Reference, Series } from '../chart/chart.ts';

/** What can still be told apart, and pointed at. */
const MOST = 120;

/** How the values of several intervals become one. */
export type Merge = 'sum' | 'mean' | 'max' | 'last';

export interface Track<Interval> {
  readonly name: string;
  readonly colour: Colour;
  readonly look: Look;
  /** Null where there is nothing to tell. */
  readonly of: (interval: Interval) => number | null | undefined;
  readonly merge: Merge;
}

export interface Timed {
  readonly timeMs: number;
}

/** Every so many intervals as one; the lengths are ms. */
export interface Groups<Interval> {
  readonly groups: readonly (readonly Interval[])[];
  readonly lengthMs: number;
}

/** @param lastsMs of one interval, where there is only one */
export function groupIntervals<Interval extends Timed>(
  timeline: readonly Interval[],
  lastsMs = 1000,
): Groups<Interval> {
  const size = Math.max(1, Math.ceil(timeline.length / MOST));
  const ownMs = timeline.length > 1 ? timeline[1]!.timeMs - timeline[0]!.timeMs : lastsMs;
  return {
    groups: Array.from({ length: Math.ceil(timeline.length / size) }, (_, at) =>
      timeline.slice(at * size, (at + 1) * size),
    ),
    lengthMs: ownMs * size,
  };
}

export function timeChart<Interval extends Timed>(
  title: string,
  { groups }: Groups<Interval>,
  y: Axis,
  tracks: readonly Track<Interval>[],
  more: { readonly says?: string; readonly references?: readonly Reference[] } = {},
): Chart {
  return {
    title,
    ...more,
    x: secondsAxis(Math.max(1, (groups.at(-1)?.[0]?.timeMs ?? 0) / 1000)),
    y,
    series: tracks.map(
      ({ name, colour, look, of, merge }): Series => ({
        name,
        colour,
        look,
        points: groups.map(
          (group): Point => ({ x: group[0]!.timeMs / 1000, y: merged(group.map(of), merge) }),
        ),
      }),
    ),
    names: tracks.length > 1 ? 'above' : 'none',
    tips: 'columns',
  };
}

function merged(values: readonly (number | null | undefined)[], merge: Merge): number | null {
  const known = values.filter((value) => value !== null && value !== undefined);
  if (known.length === 0) return null;
  if (merge === 'max') return Math.max(...known);
  if (merge === 'last') return known.at(-1)!;
  const sum = known.reduce((total, value) => total + value, 0);
  return merge === 'sum' ? sum : sum / known.length;
}
