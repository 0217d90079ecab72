/**
 * Reads traces of past requests: the time of each, or how many there were per interval. As plain lines, as a column of a CSV
 * file (Azure's LLM inference traces: TIMESTAMP, as dates; Azure Functions 2021: end_timestamp in s; BurstGPT: Timestamp in
 * s), as a JSON array, or as JSON lines (Mooncake: timestamp in ms). Read whole: a million lines take
 * about a second.
 */
import { HarpError } from '../domain/errors.ts';
import type { Recording } from '../domain/recording.ts';
import { type Column, readColumn } from './read-column.ts';

export interface TraceFile {
  /** "-" is stdin. */
  readonly file: string;
  /** The column of a CSV file, or the field of JSON objects; "timestamp" or "count" by default, or the only one. */
  readonly column?: string | undefined;
  /** Of times that are plain numbers. */
  readonly unit?: 's' | 'ms' | undefined;
  /** Given where the file counts requests: the length of an interval. */
  readonly everyS?: number | undefined;
}

/** @throws HarpError `bad-input` naming file, line, expected, got */
export function loadTrace({ file, column, unit, everyS }: TraceFile): Recording {
  const source = file === '-' ? 'stdin' : file;
  const byDefault = everyS === undefined ? 'timestamp' : 'count';
  const values = readColumn(file, { source, column, byDefault, isValue });
  return everyS === undefined ? timesIn(values, unit, source) : countsIn(values, everyS * 1000, source);
}

function timesIn({ values, placeOf }: Column, unit: TraceFile['unit'], source: string): Recording {
  const timesMs = Float64Array.from(values, (value, index) => timeMsOf(value, unit, () => placeOf(index)));
  timesMs.sort();
  if (!(timesMs.at(-1)! > timesMs[0]!)) {
    throw new HarpError('bad-input', 'too short for a trace', {
      where: source,
      expected: 'two different times at least',
      got: `${values.length} ${values.length === 1 ? 'time' : 'times'}`,
    });
  }
  return { kind: 'times', timesMs };
}

const UNIT_MS = { s: 1000, ms: 1 } as const;

function timeMsOf(value: unknown, unit: TraceFile['unit'], place: () => string): number {
  const number = numberIn(value);
  if (number !== undefined && unit !== undefined) return number * UNIT_MS[unit];
  const date = number === undefined ? dateMsIn(value) : undefined;
  if (date !== undefined) return date;
  if (number === undefined) {
    throw notA('time', 'a number, or a date as 2026-11-05 12:00:00.5', value, place());
  }
  throw new HarpError('bad-input', 'a time without its unit', {
    where: place(),
    got: String(value),
    hint: 'Add unit=s or unit=ms, as trace:FILE,unit=s; for counts of requests every=SECONDS.',
  });
}

function countsIn({ values, placeOf }: Column, intervalMs: number, source: string): Recording {
  const counts = Float64Array.from(values, (value, index) => {
    const count = numberIn(value);
    if (count === undefined || count < 0) throw notA('count', 'a number ≥ 0', value, placeOf(index));
    return count;
  });
  if (counts.every((count) => count === 0)) {
    throw new HarpError('bad-input', 'a trace without requests', { where: source });
  }
  return { kind: 'counts', counts, intervalMs };
}

const notA = (what: string, expected: string, value: unknown, where: string): HarpError =>
  new HarpError('bad-input', `not a ${what}`, { where, expected, got: JSON.stringify(value) ?? 'nothing' });

function numberIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

const DATE = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?$/;

/** Its ms since 1970, with their fraction, which Date would drop; in UTC where it says no zone, so on all machines alike. */
function dateMsIn(value: unknown): number | undefined {
  const [, day, time, fraction = '0', zone = 'Z'] =
    (typeof value === 'string' && DATE.exec(value.trim())) || [];
  const secondMs = Date.parse(`${day}T${time}${zone.replace(/^(...)(\d\d)$/, '$1:$2')}`);
  return Number.isNaN(secondMs) ? undefined : secondMs + Number(fraction) * 1000;
}

const isValue = (text: string): boolean => numberIn(text) !== undefined || dateMsIn(text) !== undefined;
