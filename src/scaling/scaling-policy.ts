/**
 * What a scaling policy decides for one module: how many instances serve it, on how many cores each, in batches of which
 * size. Policies differ in this and in how batches are formed; queue, clock and actuators are the same for all of them.
 */

/** What serves the module from now on. */
export interface Allotment {
  /** 1 where a running worker is resized; more where one-core replicas come and go. */
  readonly instances: number;
  /** Of each. */
  readonly cores: number;
  /** No batch is larger. */
  readonly batchSize: number;
}

/**
 * Why so many cores: nothing is known yet; the rate needs them; deadlines need more than the rate does; even so some are missed; or
 * there are not enough for everybody.
 */
export type ScalingReason = 'no-history' | 'rate' | 'deadlines' | 'misses' | 'shared';

export interface ScalingDecision extends Allotment {
  /** Where the policy says it. */
  readonly reason?: ScalingReason;
  /** Whether the policy expects that no request misses its deadline. */
  readonly feasible: boolean;
  /** How many it expects to, of those queued and of those that come within the next second; undefined where it cannot tell. */
  readonly expectedMisses?: number;
}

export interface ScalingConfig {
  /** l(b, c) in ms: by cores c = 1..most, then by batch size b = 1..most, non-decreasing in b; both indices 0 are unused. */
  readonly durationsMs: readonly Float64Array[];
  /** The fewest that an instance may have; 1 where nothing is said. */
  readonly leastCores?: number;
  /**
   * So many ticks in a row must want fewer cores before they are given back, and then the most of these; 1 where nothing is said.
   */
  readonly holdTicks?: number;
  /** Of a request that says nothing else, from its sending to its answer. */
  readonly sloMs: number;
  /** The rate that is expected, for policies that do not measure it. */
  readonly rateRps: number;
  /** The time between two ticks. */
  readonly intervalMs: number;
  /** By which durations are taken to be longer where many are added up, a share ≥ 0, */
  readonly margin: number;
  /** and by which where one batch has to end by a deadline: alone it has none to even out with. */
  readonly batchMargin: number;
}

/** What is known when a decision is due. */
export interface Situation {
  readonly current: ScalingDecision;
  /** Of what waits, rising; must not be kept. */
  readonly deadlinesMs: Float64Array;
  /** When each instance has done what it runs, by its planned duration; at least one, none in the past; must not be kept. */
  readonly freeMs: Float64Array;
}

export interface Scaler {
  /** A request has come. */
  readonly arrived?: (deadlineMs: number, nowMs: number) => void;
  /** A request was answered late or not at all. */
  readonly missed?: () => void;
  /** The decision of a control interval. */
  readonly tick?: (situation: Situation, nowMs: number) => ScalingDecision;
  /** The decision right before an idle worker is given a batch. */
  readonly beforeDispatch?: (situation: Situation, nowMs: number) => ScalingDecision;
  /** How many requests would miss their deadlines with so many cores each, for whoever has to share out too few. */
  readonly expectedMisses?: (situation: Situation, nowMs: number, cores: number) => number;
}

export interface ScalingPolicy {
  /**
   * How batches are formed. `eager`: in deadline order, the largest that is in time, what cannot be in time is shed, nobody
   * waits. `work-conserving`: in deadline order, as many as there are; everything is answered, however late.
   */
  readonly dispatch: 'eager' | 'work-conserving';
  /** What it begins with, the most that it may have. */
  readonly start: (config: ScalingConfig) => Allotment;
  /** Makes the scaler of one module; it keeps what it learns to itself. */
  readonly scaler: (config: ScalingConfig) => Scaler;
}

export const leastCores = ({ leastCores: least = 1 }: ScalingConfig): number => least;

export const mostCores = ({ durationsMs }: ScalingConfig): number => durationsMs.length - 1;

export const mostBatch = ({ durationsMs }: ScalingConfig): number => durationsMs[1]!.length - 1;

/** One instance with all that there is. */
export const everything = (config: ScalingConfig): Allotment => ({
  instances: 1,
  cores: mostCores(config),
  batchSize: mostBatch(config),
});
