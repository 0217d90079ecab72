/** The kinds of axes that the reports have. */
import { formatMs, formatPercent, formatUsd, significant } from '../../format.ts';
import type { Axis } from './chart.ts';

const GROUPED = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 });

/** 1234.5 → "1,234.5" */
const plain = (value: number): string => GROUPED.format(Number(value.toPrecision(6)));

export const tickText = ({ tick }: Axis, value: number): string => (tick ?? plain)(value);

export const msAxis = (title: string, more: Partial<Axis> = {}): Axis => ({
  title: `${title}, ms`,
  format: formatMs,
  ...more,
});

export const secondsAxis = (to: number): Axis => ({
  title: 'time, s',
  format: (value) => `${plain(Math.round(value * 10) / 10)} s`,
  from: 0,
  to,
});

export const shareAxis = (title: string, more: Partial<Axis> = {}): Axis => ({
  title,
  format: formatPercent,
  tick: (value) => `${plain(value * 100)} %`,
  ...more,
});

export const usdAxis = (title: string, more: Partial<Axis> = {}): Axis => ({
  title,
  format: formatUsd,
  tick: (value) => `$${plain(value)}`,
  ...more,
});

/** Whole things: ticks stand at these values only, where they are given. */
export const countAxis = (title: string, ticks?: readonly number[]): Axis => ({
  title,
  format: plain,
  ...(ticks && { ticks }),
});

export const numberAxis = (title: string, more: Partial<Axis> = {}): Axis => ({
  title,
  format: significant,
  ...more,
});
