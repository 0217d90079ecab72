/**
 * When each request under way was sent, by its number. Numbers rise, so that a ring suffices; it grows where a request
 * is still under way when its place is wanted again.
 */
export class RequestTimes {
  private timesMs = new Float64Array(1024);
  /** The request of each place; −1 where it is free. */
  private requests = new Int32Array(1024).fill(-1);

  /** @param request ≥ 0, below 2^31 */
  put(request: number, timeMs: number): void {
    let place = request & (this.requests.length - 1);
    while (this.requests[place] !== -1) {
      this.grow();
      place = request & (this.requests.length - 1);
    }
    this.requests[place] = request;
    this.timesMs[place] = timeMs;
  }

  /** Undefined where it has ended. */
  at(request: number): number | undefined {
    const place = request & (this.requests.length - 1);
    return this.requests[place] === request ? this.timesMs[place] : undefined;
  }

  /** Frees its place. */
  take(request: number): number {
    const place = request & (this.requests.length - 1);
    this.requests[place] = -1;
    return this.timesMs[place]!;
  }

  private grow(): void {
    const { timesMs, requests } = this;
    this.timesMs = new Float64Array(2 * timesMs.length);
    this.requests = new Int32Array(2 * requests.length).fill(-1);
    for (let place = 0; place < requests.length; place++) {
      if (requests[place] !== -1) this.put(requests[place]!, timesMs[place]!);
    }
  }
}
