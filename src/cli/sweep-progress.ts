/** Tells of a sweep: which point is being measured, how many there are, and how long the rest will take at the pace so far. */
import { configText } from '../domain/config-text.ts';
import type { PointConfig } from '../profiling/measure-point.ts';
import { formatDuration } from '../report/format.ts';
import type { Progress } from './progress.ts';

export interface SweepProgress {
  readonly start: (config: PointConfig, index: number) => void;
  readonly finish: (outcome: string) => void;
}

export interface SweepLength {
  readonly most: number;
  /** Whether there will be so many: otherwise the sweep ends when the rest can be predicted. */
  readonly isSure: boolean;
}

export function sweepProgress(
  progress: Progress,
  name: string,
  { most, isSure }: SweepLength,
): SweepProgress {
  const startedMs = performance.now();
  const bound = isSure ? '' : 'at most ';
  const position = (index: number): string => `${index + 1} of ${bound}${most}`;
  let current = 0;
  const timeLeft = (done: number): string =>
    done === 0
      ? ''
      : `, ${isSure ? 'about' : 'at most'} ${formatDuration(((performance.now() - startedMs) / done) * (most - done))} left`;
  return {
    start: (config, index) => {
      current = index;
      progress.update(`${name}: ${configText(config)} (point ${position(index)}${timeLeft(index)})`);
    },
    finish: (outcome) => progress.step(`${name}, point ${position(current)}: ${outcome}`),
  };
}
