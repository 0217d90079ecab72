/** Charts as data: what is drawn, not where. */

/** In the order in which series take them; told apart by people who do not see all colours, and by their markers. */
export const COLOURS = ['blue', 'orange', 'purple', 'teal', 'red', 'green', 'pink', 'olive'] as const;
export type Colour = (typeof COLOURS)[number] | 'grey';

export const colourOf = (index: number): Colour => COLOURS[index % COLOURS.length]!;

export interface Axis {
  /** With its unit. */
  readonly title: string;
  /** As values are told. */
  readonly format: (value: number) => string;
  /** As values stand along the axis; as plain numbers by default. */
  readonly tick?: (value: number) => string;
  readonly log?: boolean;
  /** Where the axis begins and ends; around what is drawn by default, a linear one from 0. */
  readonly from?: number;
  readonly to?: number;
  /** Instead of round numbers. */
  readonly ticks?: readonly number[];
}

export interface Point {
  readonly x: number;
  /** Null is a gap. */
  readonly y: number | null;
  /** Where a bar that begins at `x` ends. */
  readonly toX?: number;
  /** A spread around the point. */
  readonly lowY?: number;
  readonly highY?: number;
  /** Stands beside the point. */
  readonly label?: string;
  /** What it tells of itself when it is pointed at, beside its values. */
  readonly tip?: string;
}

export type Look =
  | 'line'
  | 'dashed'
  | 'thick'
  | 'step'
  | 'dots'
  | 'joined'
  | 'area'
  | 'stacked'
  | 'bars'
  | 'rings';

export interface Series {
  readonly name: string;
  readonly look: Look;
  readonly colour: Colour;
  readonly points: readonly Point[];
  /** Left out of the table and of what is pointed at: it shows no more than other series do. */
  readonly isAid?: boolean;
}

/** A line across the chart, at what was planned or allowed. */
export interface Reference {
  readonly axis: 'x' | 'y';
  readonly value: number;
  readonly name: string;
  /** Whether the name of an upright one stands at the bottom, where there is more room. */
  readonly isLow?: boolean;
}

export interface Chart {
  readonly title: string;
  /** What there is to see in it, in a sentence. */
  readonly says?: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  readonly references?: readonly Reference[];
  /** Where names of series stand: at the ends of lines, above, or nowhere. */
  readonly names?: 'ends' | 'above' | 'none';
  /** What can be pointed at: each point, or all that stands at an x. */
  readonly tips?: 'points' | 'columns';
}
