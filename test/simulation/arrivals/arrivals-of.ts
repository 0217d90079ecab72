/** Arrival processes from their text, and what is asked of their times. */
import type { Recording } from '../../../src/domain/recording.ts';
import type { ArrivalProcess, Replay } from '../../../src/simulation/arrivals/arrival-spec.ts';
import { parseArrivals } from '../../../src/simulation/arrivals/parse-arrivals.ts';

export const spec = (text: string): ArrivalProcess => parseArrivals(text) as ArrivalProcess;

/** @param options as they follow the file's name */
export const replay = (options: string, recording: Recording): Replay => ({
  ...(parseArrivals(`trace:FILE${options && `,${options}`}`) as Omit<Replay, 'recording'>),
  recording,
});

export const first = (count: number, next: () => number): number[] =>
  Array.from({ length: count }, () => next());

export const gapsOf = (times: readonly number[]): number[] =>
  times.slice(1).map((time, index) => time - times[index]!);

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
