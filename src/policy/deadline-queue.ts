/**
 * Requests in deadline order, ties in the order of their sequence numbers. A sorted array: deadlines come almost in
 * order, so that an insertion is nearly always at the end, and a dispatcher may look at any place in the queue.
 */
export interface Queued {
  /** Must not change while queued. */
  readonly deadlineMs: number;
  /** Unique; orders equal deadlines. */
  readonly sequence: number;
  /** Past its planned time: it waits for a machine, not for others to share a batch with. */
  readonly overdue?: boolean;
}

const comesBefore = (a: Queued, b: Queued): boolean =>
  a.deadlineMs < b.deadlineMs || (a.deadlineMs === b.deadlineMs && a.sequence < b.sequence);

export class DeadlineQueue<Item extends Queued> {
  private items: Item[] = [];
  /** Where the queue begins in `items`: what was taken from the front is cut off now and then, not each time. */
  private front = 0;
  /** How many are past their planned time. */
  overdue = 0;

  get length(): number {
    return this.items.length - this.front;
  }

  /** @param index 0 is the earliest deadline; below `length` */
  at(index: number): Item {
    return this.items[this.front + index]!;
  }

  insert(item: Item): void {
    if (item.overdue) this.overdue++;
    const place = this.countBefore(item);
    if (place === this.length) this.items.push(item);
    else this.items.splice(this.front + place, 0, item);
  }

  /** How many queued requests come before this one. */
  countBefore(item: Queued): number {
    const length = this.length;
    // Who came last is mostly due last.
    if (length === 0 || comesBefore(this.items[this.items.length - 1]!, item)) return length;
    let low = this.front;
    let high = this.items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (comesBefore(this.items[middle]!, item)) low = middle + 1;
      else high = middle;
    }
    return low - this.front;
  }

  /** Removes and returns `count` requests from `start` on. */
  take(start: number, count: number): Item[] {
    const taken = start > 0 ? this.items.splice(this.front + start, count) : this.takeFront(count);
    if (this.overdue > 0) for (const item of taken) if (item.overdue) this.overdue--;
    return taken;
  }

  has(item: Item): boolean {
    return this.placeOf(item) !== undefined;
  }

  /** Takes it out, if it is there. */
  remove(item: Item): void {
    const place = this.placeOf(item);
    if (place === undefined) return;
    if (place === 0) this.passFront(1);
    else this.items.splice(this.front + place, 1);
    if (item.overdue) this.overdue--;
  }

  private placeOf(item: Item): number | undefined {
    if (this.items[this.front] === item) return 0;
    const place = this.countBefore(item);
    return place < this.length && this.at(place) === item ? place : undefined;
  }

  private takeFront(count: number): Item[] {
    const taken = this.items.slice(this.front, this.front + count);
    this.passFront(count);
    return taken;
  }

  private passFront(count: number): void {
    this.front += count;
    if (this.front > 64 && this.front * 2 > this.items.length) {
      this.items = this.items.slice(this.front);
      this.front = 0;
    }
  }

  /** Removes the requests for which this holds, and returns them. */
  removeWhere(matches: (item: Item) => boolean): Item[] {
    const queued = this.items.slice(this.front);
    this.items = queued.filter((item) => !matches(item));
    this.front = 0;
    this.overdue = this.items.reduce((count, { overdue }) => (overdue ? count + 1 : count), 0);
    return queued.filter(matches);
  }
}
