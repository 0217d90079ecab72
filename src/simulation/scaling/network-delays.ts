/** What a link takes of each request's time: its bytes over the bandwidth of the second in which it is sent. */
import type { BandwidthTrace } from '../../domain/bandwidth-trace.ts';

/**
 * @param sentMs when requests are sent; the trace begins at 0 and again after its end
 * @param mostMs what is on its way for longer is taken to arrive then: it is late whatever is done
 * @returns ms by request
 */
export const networkDelays = (
  trace: BandwidthTrace,
  requestBytes: number,
  sentMs: Float64Array,
  mostMs: number,
): Float64Array => sentMs.map((timeMs) => networkDelay(trace, requestBytes, timeMs, mostMs));

/** Of one request, ms. */
export function networkDelay(
  { bytesPerMs }: BandwidthTrace,
  requestBytes: number,
  timeMs: number,
  mostMs: number,
): number {
  const second = Math.floor(timeMs / 1000) % bytesPerMs.length;
  return Math.min(mostMs, requestBytes / bytesPerMs[second]!);
}
