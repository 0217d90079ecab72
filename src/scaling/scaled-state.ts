/** What a policy of modules whose cores follow their deadlines is set up with, and knows. Callers own it and hand it in. */
import type { PolicyConfig, PolicyState } from '../policy/policy-state.ts';
import type { Adviser } from './adviser.ts';
import type { CoreHoldings, Resize } from './core-holdings.ts';
import type { ScalingConfig, ScalingDecision, ScalingPolicy } from './scaling-policy.ts';

export interface ScaledModule {
  readonly config: ScalingConfig;
  readonly policy: ScalingPolicy;
  /** In force at first. */
  readonly decision: ScalingDecision;
}

export interface ScaledSetup {
  /** Where decisions about cores are carried out, the machine types of a module are those of its scaling configuration. */
  readonly config: PolicyConfig;
  /** By module. Each has so many workers as its decision has instances; their ids go on from module to module. */
  readonly modules: readonly ScaledModule[];
  /** That all workers share. */
  readonly poolCores: number;
  /** Whether decisions about cores are carried out, or are advice that nobody follows. */
  readonly acts: boolean;
}

export interface ScaledState {
  readonly setup: ScaledSetup;
  readonly policy: PolicyState;
  /** By module. */
  readonly advisers: readonly Adviser[];
  readonly holdings: CoreHoldings;
  /** Module of each worker. */
  readonly moduleOf: readonly number[];
  /** Added to deadlines where everything is answered: nothing is then too late. */
  readonly graceMs: number;
  /** What the event under way has changed. */
  readonly resizes: Resize[];
  /** Whether scalers already know what the event under way brings, and have been asked. */
  isAsked: boolean;
}
