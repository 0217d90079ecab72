/**
 * What is asked of the scaler of one module, and what it has answered: the situation that it decides in, and hysteresis, so that
 * cores do not flap.
 */
import type { ModuleState } from '../policy/module-state.ts';
import {
  leastCores,
  type Scaler,
  type ScalingConfig,
  type ScalingDecision,
  type ScalingPolicy,
  type Situation,
} from './scaling-policy.ts';
import type { CoreWish } from './share-cores.ts';

export class Adviser {
  readonly config: ScalingConfig;
  readonly scaler: Scaler;
  /** What the scaler asks for. */
  wish: ScalingDecision;
  /** What it gets, by decision; workers may still run on what they had. */
  decision: ScalingDecision;
  private readonly module: ModuleState;
  private readonly graceMs: number;
  /** When each worker should be done with what it runs, by position, ms. */
  private readonly freeMs: Float64Array;
  private deadlinesMs = new Float64Array(64);
  /** Ticks in a row that asked for fewer cores than there are, and the most of these. */
  private fewer = { ticks: 0, cores: 0 };

  /** @param graceMs that deadlines in its queue have been given */
  constructor(
    { config, policy }: { readonly config: ScalingConfig; readonly policy: ScalingPolicy },
    module: ModuleState,
    decision: ScalingDecision,
    graceMs: number,
  ) {
    this.config = config;
    this.scaler = policy.scaler(config);
    this.module = module;
    this.wish = decision;
    this.decision = decision;
    this.graceMs = graceMs;
    this.freeMs = new Float64Array(module.types.length);
  }

  /** A worker has been given a batch of so many. */
  started(worker: number, size: number, cores: number, nowMs: number): void {
    const { durationsMs, margin } = this.config;
    this.freeMs[this.module.positions.get(worker)!] = nowMs + durationsMs[cores]![size]! * (1 + margin);
  }

  /** A worker has ended what it ran: some of it may have been too late. */
  ended(worker: number, nowMs: number): void {
    if (!this.scaler.missed) return;
    for (const { latestMs } of this.module.running.get(worker) ?? [])
      if (latestMs - this.graceMs < nowMs) this.scaler.missed();
  }

  /** The decision of a tick. */
  tick(nowMs: number): void {
    const wished = this.scaler.tick?.(this.situation(nowMs), nowMs);
    if (wished !== undefined) this.wish = this.held(wished);
  }

  /**
   * The decision before an idle worker starts, where there is one and something waits.
   * @param coming deadlines of what has just come and is not in the queue yet
   * @returns whether there is a new wish
   */
  beforeDispatch(nowMs: number, coming: readonly number[] = []): boolean {
    const { scaler, module } = this;
    if (!scaler.beforeDispatch || !this.hasIdle) return false;
    if (module.queues[0]!.length + coming.length === 0) return false;
    const wished = scaler.beforeDispatch(this.situation(nowMs, coming), nowMs);
    if (wished.cores === this.decision.cores && wished.batchSize === this.decision.batchSize) return false;
    this.wish = wished;
    this.fewer = { ticks: 0, cores: 0 };
    return true;
  }

  /** For who shares out. */
  coreWish(nowMs: number): CoreWish {
    const { wish, config, scaler } = this;
    const situation = this.situation(nowMs);
    return {
      instances: wish.instances,
      leastCores: leastCores(config),
      wantedCores: wish.cores,
      misses: (cores) => scaler.expectedMisses?.(situation, nowMs, cores) ?? wish.cores - cores,
    };
  }

  /** Fewer cores than there are only after several ticks have asked for fewer, and then the most of what they asked. */
  private held(wished: ScalingDecision): ScalingDecision {
    const { config, decision } = this;
    if (wished.cores >= decision.cores) {
      this.fewer = { ticks: 0, cores: 0 };
      return wished;
    }
    const cores = Math.max(this.fewer.cores, wished.cores);
    const ticks = this.fewer.ticks + 1;
    const isEnough = ticks >= (config.holdTicks ?? 1);
    this.fewer = isEnough ? { ticks: 0, cores: 0 } : { ticks, cores };
    return { ...wished, cores: isEnough ? cores : decision.cores };
  }

  private get hasIdle(): boolean {
    const { positions, isUp, running } = this.module;
    for (const [worker, position] of positions) if (isUp[position] && !running.has(worker)) return true;
    return false;
  }

  private situation(nowMs: number, coming: readonly number[] = []): Situation {
    const queue = this.module.queues[0]!;
    const queued = queue.length + coming.length;
    if (this.deadlinesMs.length < queued) this.deadlinesMs = new Float64Array(2 * queued);
    const deadlinesMs = this.deadlinesMs.subarray(0, queued);
    for (let index = 0; index < queue.length; index++)
      deadlinesMs[index] = queue.at(index).deadlineMs - this.graceMs;
    if (coming.length > 0) {
      deadlinesMs.set(coming, queue.length);
      deadlinesMs.sort();
    }
    return { current: this.decision, deadlinesMs, freeMs: this.freeTimes(nowMs) };
  }

  /** Of the workers that are up; as if one were idle where none is. */
  private freeTimes(nowMs: number): Float64Array {
    const { positions, isUp, running } = this.module;
    const times: number[] = [];
    for (const [worker, position] of positions)
      if (isUp[position]) times.push(running.has(worker) ? Math.max(nowMs, this.freeMs[position]!) : nowMs);
    return Float64Array.from(times.length > 0 ? times : [nowMs]);
  }
}
