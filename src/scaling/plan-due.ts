/**
 * Whether vertical scaling makes up for a plan that no longer fits: cores are for surges, a plan is for the steady state. A module that
 * sits at its ceiling, or below what was planned at its floor, for minutes needs another plan. Told once for each spell.
 */
export type Limit = 'ceiling' | 'floor';

export interface CoreRange {
  readonly least: number;
  readonly planned: number;
  readonly most: number;
}

/** How long is long, and which share of the ticks in that time must have been at the limit: one lull ends no rush. */
const LONG_TICKS = 300;
const SHARE = 0.9;

export class PlanDue {
  private readonly range: CoreRange;
  /** Of the last ticks, in a ring. */
  private readonly seen: (Limit | undefined)[] = [];
  private ticks = 0;
  private told: Limit | undefined;

  constructor(range: CoreRange) {
    this.range = range;
  }

  /**
   * @param cores decided
   * @param isShort whether more would have been of use
   * @returns the limit that it has sat at for long, where that has not been told yet
   */
  tick(cores: number, isShort: boolean): Limit | undefined {
    this.seen[this.ticks % LONG_TICKS] = this.limitAt(cores, isShort);
    this.ticks += 1;
    const limit = (['ceiling', 'floor'] as const).find(
      (one) => this.seen.filter((seen) => seen === one).length >= SHARE * LONG_TICKS,
    );
    const isNew = limit !== this.told;
    this.told = limit;
    return isNew ? limit : undefined;
  }

  private limitAt(cores: number, isShort: boolean): Limit | undefined {
    const { least, planned, most } = this.range;
    if (isShort || (cores >= most && planned < most)) return 'ceiling';
    return cores <= least && least < planned ? 'floor' : undefined;
  }
}
