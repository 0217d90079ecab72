/** Whether the client of a request has gone. An AbortController tells the same, but costs microseconds of every request. */
export class Departure {
  private left = false;
  private onLeave: (() => void) | undefined;

  get hasLeft(): boolean {
    return this.left;
  }

  /** Nobody waits for the answer any more. */
  leave(): void {
    if (this.left) return;
    this.left = true;
    this.onLeave?.();
  }

  /** @param then is called once, if that comes; one listener at a time */
  whenLeft(then: () => void): void {
    this.onLeave = then;
  }
}
