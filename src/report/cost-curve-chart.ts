/** The cost of a plan over its SLO as bars in text. Both axes start at zero; bars that exceed the chart end in an arrow. */
import type { Explanation } from '../domain/explanation.ts';
import type { FeasiblePlan } from '../domain/plan.ts';
import { formatMs, formatUsd } from './format.ts';
import type { Style } from './style.ts';

const ROWS = 8;

/** The chart ends at this many times the plan's cost: close to the fastest durations cost grows without limit. */
const TOP = 2.5;

const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** Samples are evenly spaced; where the first ones are missing there is no plan, or time ran out. Empty without any. */
export function renderCostCurve(
  { costPerHour, sloMs }: FeasiblePlan,
  { costOverSlo: samples, complete }: Explanation,
  style: Style,
): string {
  const [last, beforeLast] = [samples.at(-1), samples.at(-2)];
  if (last === undefined || beforeLast === undefined) return '';
  const stepMs = last.sloMs - beforeLast.sloMs;
  const columns = Math.round(last.sloMs / stepMs);
  const none = columns - samples.length;
  const dearest = Math.max(...samples.map((sample) => sample.costPerHour));
  const top = Math.min(dearest, TOP * costPerHour);
  const labels = [formatUsd(top), formatUsd(top / 2), '$0'];
  const width = Math.max(...labels.map((label) => label.length));
  const row = (fromTop: number): string => {
    const label = fromTop === 0 ? labels[0]! : fromTop === ROWS / 2 ? labels[1]! : '';
    const bars = samples.map((sample) => {
      const bar = barAt(sample.costPerHour / top, ROWS - 1 - fromTop);
      return Math.abs(sample.sloMs - sloMs) < stepMs / 2 ? style.good(bar) : bar;
    });
    return `${label.padStart(width)} ${label === '' ? '│' : '┤'}${' '.repeat(none)}${bars.join('').trimEnd()}`;
  };
  const here = Math.round(sloMs / stepMs);
  const reason = complete ? 'no plan' : 'not looked at';
  const missing = none > 0 ? `  (${reason}: ${formatMs(none * stepMs)} and less)` : '';
  return [
    `${style.bold('cost an hour over the SLO')}${style.dim(missing)}`,
    ...Array.from({ length: ROWS }, (_, fromTop) => row(fromTop)),
    `${labels[2]!.padStart(width)} └${'─'.repeat(here - 1)}┴${'─'.repeat(columns - here)}`,
    `${' '.repeat(width + 2)}${axis([
      { at: 0, text: '0' },
      { at: here - 1, text: formatMs(sloMs) },
      { at: columns - 1, text: formatMs(last.sloMs) },
    ])}`,
  ].join('\n');
}

/** What one row shows of a bar of this height (1 fills all rows), rows counted from below. */
function barAt(height: number, row: number): string {
  if (height > 1 && row === ROWS - 1) return '↑';
  const eighths = Math.round(height * ROWS * 8) - row * 8;
  return EIGHTHS[Math.max(0, Math.min(8, eighths))]!;
}

/** Each text begins at its column, the last one ends there. */
function axis(ticks: readonly { readonly at: number; readonly text: string }[]): string {
  let line = '';
  for (const [index, { at, text }] of ticks.entries()) {
    const start = index === ticks.length - 1 ? at + 1 - text.length : at;
    line = line.padEnd(start) + text;
  }
  return line;
}
