/**
 * What happened over time, in intervals of equal length. Where there would be more than 240 they are merged in pairs, so that
 * memory does not grow with the time.
 */
const MOST_INTERVALS = 240;

/** How entries begin, and how those of two neighbours become one. */
export interface EntryKind<Entry> {
  readonly nothing: () => Entry;
  readonly sumOf: (first: Entry, second: Entry) => Entry;
}

export class IntervalTable<Entry> {
  private readonly kind: EntryKind<Entry>;
  private kept: Entry[] = [];
  lengthMs: number;

  /** @param lengthMs of an interval, at first */
  constructor(lengthMs: number, kind: EntryKind<Entry>) {
    this.lengthMs = lengthMs;
    this.kind = kind;
  }

  /** To be changed at once: a later call may merge it away. */
  at(timeMs: number): Entry {
    while (timeMs >= this.lengthMs * MOST_INTERVALS) this.merge();
    const index = Math.floor(timeMs / this.lengthMs);
    while (this.kept.length <= index) this.kept.push(this.kind.nothing());
    return this.kept[index]!;
  }

  /** From time 0 to the last that was touched. */
  get entries(): readonly Entry[] {
    return this.kept;
  }

  private merge(): void {
    const { nothing, sumOf } = this.kind;
    this.kept = Array.from({ length: Math.ceil(this.kept.length / 2) }, (_, pair) =>
      sumOf(this.kept[2 * pair]!, this.kept[2 * pair + 1] ?? nothing()),
    );
    this.lengthMs *= 2;
  }
}
