/**
 * What is to happen to numbered things, the earliest first; equal times in the order in which they came. A binary heap over flat
 * arrays: O(log n), and no allocation once it has grown.
 */
export class PendingEvents {
  private times = new Float64Array(64);
  private orders = new Float64Array(64);
  private items = new Int32Array(64);
  private next = 0;
  size = 0;

  /** ms; infinite where there is nothing. */
  get firstMs(): number {
    return this.size > 0 ? this.times[0]! : Number.POSITIVE_INFINITY;
  }

  push(timeMs: number, item: number): void {
    if (this.size === this.times.length) this.grow();
    let at = this.size++;
    const order = this.next++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      // The newcomer comes last among equals.
      if (this.times[parent]! <= timeMs) break;
      this.move(parent, at);
      at = parent;
    }
    this.put(at, timeMs, order, item);
  }

  /** Takes out the first. */
  pop(): number {
    const item = this.items[0]!;
    const last = --this.size;
    const timeMs = this.times[last]!;
    const order = this.orders[last]!;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= last) break;
      if (child + 1 < last && this.comesBefore(child + 1, this.times[child]!, this.orders[child]!)) child++;
      if (!this.comesBefore(child, timeMs, order)) break;
      this.move(child, at);
      at = child;
    }
    this.put(at, timeMs, order, this.items[last]!);
    return item;
  }

  private comesBefore(at: number, timeMs: number, order: number): boolean {
    return this.times[at]! < timeMs || (this.times[at] === timeMs && this.orders[at]! < order);
  }

  private move(from: number, to: number): void {
    this.put(to, this.times[from]!, this.orders[from]!, this.items[from]!);
  }

  private put(at: number, timeMs: number, order: number, item: number): void {
    this.times[at] = timeMs;
    this.orders[at] = order;
    this.items[at] = item;
  }

  private grow(): void {
    const { times, orders, items } = this;
    this.times = new Float64Array(2 * times.length);
    this.times.set(times);
    this.orders = new Float64Array(2 * orders.length);
    this.orders.set(orders);
    this.items = new Int32Array(2 * items.length);
    this.items.set(items);
  }
}
