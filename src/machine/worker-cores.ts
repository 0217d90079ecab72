/**
 * Which cores the workers of a daemon hold: whole cores of their own, taken from the free ones when a worker grows and put back when it
 * shrinks. Moves are made one after the other, so that a core is never given to one worker before another has left it.
 */
import { preferredOrder } from './choose-cores.ts';
import type { Allotment, CommandLine, CoreActuator } from './core-actuator.ts';

export class WorkerCores {
  private readonly actuator: CoreActuator;
  /** In the order in which they are given out. */
  private readonly order: readonly number[];
  /** By worker; cores in the order in which they were given. */
  private readonly held: Allotment[];
  private moves: Promise<unknown> = Promise.resolve();

  /**
   * @param places of each worker at first; a share may be a fraction, until it is resized
   * @param available core numbers that may be used
   */
  constructor(actuator: CoreActuator, places: readonly Allotment[], available: readonly number[]) {
    this.actuator = actuator;
    this.order = preferredOrder(available);
    this.held = [...places];
  }

  /** Rising. */
  coresOf(worker: number): readonly number[] {
    return rising(this.held[worker]!.cores);
  }

  /** A command line that runs this one on the worker's cores from its start. */
  launch(worker: number, command: string, args: readonly string[]): CommandLine {
    const { share } = this.held[worker]!;
    return this.actuator.launch(worker, { cores: this.coresOf(worker), share }, command, args);
  }

  /**
   * @param count whole cores
   * @throws Error where there are too few free ones or the machine refuses; the worker then keeps what it had
   */
  resize(worker: number, pid: number, count: number): Promise<void> {
    const moved = this.moves.then(() => this.move(worker, pid, count));
    this.moves = moved.catch(() => {});
    return moved;
  }

  private async move(worker: number, pid: number, count: number): Promise<void> {
    const { cores: held } = this.held[worker]!;
    const taken = new Set(this.held.flatMap(({ cores }) => cores));
    const free = this.order.filter((core) => !taken.has(core));
    if (count - held.length > free.length)
      throw new Error(`${count} cores are wanted, ${held.length + free.length} are there`);
    // What came last goes first.
    const cores = [...held, ...free].slice(0, count);
    await this.actuator.move(worker, pid, { cores: rising(cores), share: count });
    this.held[worker] = { cores, share: count };
  }
}

const rising = (cores: readonly number[]): number[] => cores.toSorted((a, b) => a - b);
