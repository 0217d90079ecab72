/** The latencies of a run as figures that stand for themselves, beside what they are measured against. */
import { formatMs } from '../../format.ts';
import type { Fact } from '../section.ts';

/**
 * @param latencyMs absent where nothing was answered
 * @param worstCaseMs as planned, where there is a plan
 */
export const latencyFacts = (
  latencyMs: { readonly p50: number; readonly p99: number; readonly max: number } | null | undefined,
  sloMs: number,
  worstCaseMs: number | undefined,
): Fact[] =>
  latencyMs
    ? [
        { name: 'median', value: formatMs(latencyMs.p50), beside: 'latency' },
        { name: 'p99', value: formatMs(latencyMs.p99), beside: `of ${formatMs(sloMs)}` },
        {
          name: 'slowest',
          value: formatMs(latencyMs.max),
          beside: worstCaseMs === undefined ? 'latency' : `planned ${formatMs(worstCaseMs)}`,
        },
      ]
    : [];
