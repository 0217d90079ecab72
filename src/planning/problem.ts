/** What a planner is asked, and the rules it plays by. */
import type { HardwareTable } from '../domain/hardware.ts';
import type { Billing, DispatchPolicy, Plan } from '../domain/plan.ts';
import type { OperatingPoint } from '../latency/operating-points.ts';

export interface ModuleProblem {
  readonly name: string;
  /** Modules whose results this one waits for. */
  readonly after: readonly string[];
  readonly perRequest: number;
  /** Requests of this module per second: the application's rate × perRequest. */
  readonly rateRps: number;
  /** In rank order, at least one. */
  readonly points: readonly OperatingPoint[];
}

export interface PlanningProblem {
  readonly application: string;
  readonly rateRps: number;
  /** What the modules may take together: the SLO less the reserve. */
  readonly sloMs: number;
  /** What the SLO of the application is above that, where it is: for those who tell why there is no plan. */
  readonly reserveMs?: number | undefined;
  readonly billing: Billing;
  /** Parents before children. */
  readonly modules: readonly ModuleProblem[];
  /** An entry for the hardware of every point. */
  readonly hardware: HardwareTable;
}

/** How the machines of one module are chosen. */
export interface SchedulingRules {
  readonly dispatch: DispatchPolicy;
  /** Different operating points that a module may use; the best-ranked one is filled first. */
  readonly maxPoints: number;
  /** Whether padding may be bought where it makes a plan cheaper or possible. */
  readonly dummies: boolean;
}

/** How the SLO is split over the modules: by efficiency with or without its refinements, by throughput, or in quanta. */
export const SPLIT_RULES = [
  'latency-cost-efficiency',
  'without-node-merger',
  'without-cost-direct',
  'throughput',
  'quanta-of-1-percent',
  'quanta-of-10-ms',
  'quanta-of-100-ms',
] as const;
export type SplitRule = (typeof SPLIT_RULES)[number];

export interface PlanningRules extends SchedulingRules {
  /** `one-type`: all machines of a plan are of the same hardware, the cheapest that will do. */
  readonly hardware: 'mixed' | 'one-type';
  readonly batching: boolean;
  readonly split: SplitRule;
  /** How often the latency that the split leaves over is handed out again. */
  readonly reassignments: number;
}

/**
 * @returns the cheapest plan it finds, or the reason why it finds none
 * @param rules override the planner's own where it has any to override: `dummies` all that pad, the rest `harpagon` only
 */
export type Planner = (problem: PlanningProblem, rules?: Partial<PlanningRules>) => Plan;

export const PLANNER_NAMES = ['optimal', 'harpagon', 'scrooge', 'nexus', 'inferline', 'clipper'] as const;
export type PlannerName = (typeof PLANNER_NAMES)[number];

/** What a user may choose. `simulated` is no planner of the model: it is handed a replay, and its plans claim what was seen. */
export const PLANNER_CHOICES = [...PLANNER_NAMES, 'simulated'] as const;
export type PlannerChoice = (typeof PLANNER_CHOICES)[number];
