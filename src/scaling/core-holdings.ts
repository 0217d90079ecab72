/**
 * Who holds how many cores of a machine. Workers are given more at once, as far as there are free ones, and give back what they
 * have too much when they have done what they run: so all of them together never hold more than there are.
 */
export interface Resize {
  readonly kind: 'resize';
  readonly worker: number;
  /** From now on; with none it is given up. */
  readonly cores: number;
}

export class CoreHoldings {
  /** In force, by worker. */
  readonly cores: Int32Array;
  /** What is decided for each. */
  private readonly wanted: Int32Array;
  private readonly poolCores: number;

  /** @param cores by worker, no more than the pool together */
  constructor(cores: readonly number[], poolCores: number) {
    this.cores = Int32Array.from(cores);
    this.wanted = Int32Array.from(cores);
    this.poolCores = poolCores;
  }

  want(worker: number, cores: number): void {
    this.wanted[worker] = cores;
  }

  /** It has so many, whatever was decided. */
  keep(worker: number, cores: number): void {
    this.cores[worker] = cores;
    this.wanted[worker] = cores;
  }

  /** What its next batch has at least. */
  nextCores(worker: number): number {
    return Math.min(this.cores[worker]!, this.wanted[worker]!);
  }

  /** Carries out what is decided and possible now. */
  settle(isRunning: (worker: number) => boolean): Resize[] {
    const { cores, wanted } = this;
    const resizes: Resize[] = [];
    const set = (worker: number, count: number): void => {
      cores[worker] = count;
      resizes.push({ kind: 'resize', worker, cores: count });
    };
    let free = this.poolCores;
    for (let worker = 0; worker < cores.length; worker++) {
      if (wanted[worker]! < cores[worker]! && !isRunning(worker)) set(worker, wanted[worker]!);
      free -= cores[worker]!;
    }
    for (let worker = 0; worker < cores.length; worker++) {
      const more = Math.min(free, wanted[worker]! - cores[worker]!);
      if (more <= 0) continue;
      free -= more;
      set(worker, cores[worker]! + more);
    }
    return resizes;
  }
}
