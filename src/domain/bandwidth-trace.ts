/** How fast a link was, second by second. */
export interface BandwidthTrace {
  /** Bytes per ms, one entry a second. */
  readonly bytesPerMs: Float64Array;
}
