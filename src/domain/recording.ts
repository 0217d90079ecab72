/** What a trace file tells about past arrivals: the time of each request, or how many there were in each interval. */

export type Recording =
  /** At least two, ascending, not all at once. */
  | { readonly kind: 'times'; readonly timesMs: Float64Array }
  /** Of one interval after the other; not all zero. */
  | { readonly kind: 'counts'; readonly counts: Float64Array; readonly intervalMs: number };
