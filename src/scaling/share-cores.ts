/**
 * Shares out the cores of a machine among modules that want more than there are, so that the fewest requests are expected to miss
 * their deadlines; of equals the fewest cores. By dynamic programming over (modules, cores), exact: modules · cores · cores per
 * worker steps.
 */
export interface CoreWish {
  /** Workers, which have as many cores each. */
  readonly instances: number;
  /** Of each worker. */
  readonly leastCores: number;
  readonly wantedCores: number;
  /** Mean misses with so many cores each. */
  readonly misses: (cores: number) => number;
}

/**
 * @returns cores of each worker by wish; the least of all where not even these are there
 */
export function shareCores(wishes: readonly CoreWish[], poolCores: number): number[] {
  /** The best of the wishes so far, by the cores that they take together. */
  let best: (Share | undefined)[] = [{ misses: 0, cores: [] }];
  for (const { instances, leastCores, wantedCores, misses } of wishes) {
    const next: (Share | undefined)[] = [];
    for (let cores = leastCores; cores <= Math.max(leastCores, wantedCores); cores++) {
      const missed = misses(cores);
      for (const [taken, share] of best.entries()) {
        const total = taken + instances * cores;
        if (share === undefined || total > poolCores) continue;
        const sum = share.misses + missed;
        if (next[total] === undefined || sum < next[total].misses)
          next[total] = { misses: sum, cores: [...share.cores, cores] };
      }
    }
    best = next;
  }
  let chosen: Share | undefined;
  for (const share of best)
    if (share && (chosen === undefined || share.misses < chosen.misses)) chosen = share;
  return chosen?.cores ?? wishes.map(({ leastCores }) => leastCores);
}

interface Share {
  readonly misses: number;
  readonly cores: number[];
}
