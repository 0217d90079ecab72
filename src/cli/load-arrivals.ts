/** Arrivals from their description: parsed, and a trace's file read. */
import { loadTrace } from '../files/load-trace.ts';
import type { ArrivalProcess } from '../simulation/arrivals/arrival-spec.ts';
import { parseArrivals } from '../simulation/arrivals/parse-arrivals.ts';

/** @throws HarpError `usage` for the text, `bad-input` for a trace's file */
export function loadArrivals(text: string): ArrivalProcess {
  const spec = parseArrivals(text);
  return spec.kind === 'trace' ? { ...spec, recording: loadTrace(spec) } : spec;
}
