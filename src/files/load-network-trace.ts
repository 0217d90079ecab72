/**
 * Reads recordings of a link's bandwidth, one row a second, as van der Hooft et al. made them of 4G in Ghent
 * (report_bus_0001.log and the like): columns separated by blanks, the fifth the bytes received in an interval, the sixth
 * its length in ms. Lines that begin with # are passed over.
 */
import type { BandwidthTrace } from '../domain/bandwidth-trace.ts';
import { HarpError } from '../domain/errors.ts';
import { readText } from './read-document.ts';

const BYTES_COLUMN = 4;
const LENGTH_COLUMN = 5;

/** @throws HarpError `bad-input` naming file, line, expected, got */
export function loadNetworkTrace(file: string): BandwidthTrace {
  const bytesPerMs: number[] = [];
  for (const [index, line] of readText(file).split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    bytesPerMs.push(bandwidthIn(line, `${file}: line ${index + 1}`));
  }
  if (bytesPerMs.length > 0) return { bytesPerMs: Float64Array.from(bytesPerMs) };
  throw new HarpError('bad-input', 'no rows', { where: file, expected: 'a row for every second' });
}

/** Whole bytes per ms. */
function bandwidthIn(line: string, where: string): number {
  const columns = line.trim().split(/\s+/);
  const bytes = Number(columns[BYTES_COLUMN]);
  const lengthMs = Number(columns[LENGTH_COLUMN]);
  if (bytes >= 0 && lengthMs > 0) return Math.trunc(bytes / lengthMs);
  throw new HarpError('bad-input', 'not a row of a network trace', {
    where,
    expected: 'time, time, latitude, longitude, bytes ≥ 0, ms > 0',
    got: JSON.stringify(line),
  });
}
