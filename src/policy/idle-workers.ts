/**
 * Positions of idle workers, of which the first is given work first. A bit for each, and above every 32 of them one that says
 * whether any of them is set: each operation costs some log32(n) steps, so that a plan of a million machines can be replayed.
 */
const BITS = 5;
const IN_WORD = (1 << BITS) - 1;

/** No worker. */
export const NONE = -1;

export class IdleWorkers {
  /** From the workers' own bits up to a single word. */
  private readonly levels: Int32Array[] = [];
  private readonly bottom: Int32Array;

  /** @param workers their number, idle or not */
  constructor(workers: number) {
    let bits = workers;
    do {
      bits = Math.ceil(bits / (IN_WORD + 1));
      this.levels.push(new Int32Array(Math.max(1, bits)));
    } while (bits > 1);
    this.bottom = this.levels[0]!;
  }

  add(position: number): void {
    for (let level = 0, at = position; level < this.levels.length; level++, at >>>= BITS)
      this.levels[level]![at >>> BITS]! |= 1 << (at & IN_WORD);
  }

  remove(position: number): void {
    for (let level = 0, at = position; level < this.levels.length; level++, at >>>= BITS) {
      const words = this.levels[level]!;
      words[at >>> BITS]! &= ~(1 << (at & IN_WORD));
      if (words[at >>> BITS] !== 0) return;
    }
  }

  /** @returns the first that is idle from this position on, or `NONE` */
  firstFrom(position: number): number {
    const own = position >>> BITS;
    if (own < this.bottom.length) {
      const left = this.bottom[own]! & (-1 << (position & IN_WORD));
      if (left !== 0) return own * (IN_WORD + 1) + lowestBit(left);
    }
    return this.levels.length === 1 ? NONE : this.firstAfter(own + 1);
  }

  /** @param group of 32 workers, from which on to look */
  private firstAfter(group: number): number {
    let at = group;
    for (let level = 1; level < this.levels.length; level++) {
      const words = this.levels[level]!;
      const word = at >>> BITS;
      if (word >= words.length) return NONE;
      const left = words[word]! & (-1 << (at & IN_WORD));
      if (left !== 0) return this.descend(level, word * (IN_WORD + 1) + lowestBit(left));
      at = word + 1;
    }
    return NONE;
  }

  /** @param at position of a set bit of that level @returns the first worker below it */
  private descend(level: number, at: number): number {
    let first = at;
    for (let below = level - 1; below >= 0; below--)
      first = first * (IN_WORD + 1) + lowestBit(this.levels[below]![first]!);
    return first;
  }
}

const lowestBit = (word: number): number => IN_WORD - Math.clz32(word & -word);
