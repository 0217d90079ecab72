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
  readonly sloMs: number;
  readonly billing: Billing;
  /** Parents before children. */
  readonly modules: readonly ModuleProblem[];
  /** An entry for the hardware of every point. */
  readonly hardware: HardwareTable;
}

export interface PlanningRules {
  readonly dispatch: DispatchPolicy;
  /** Different operating points that a module may use; the best-ranked one is filled first. */
  readonly maxPoints: number;
  /** Whether padding may be bought where it makes a plan cheaper or possible. */
  readonly dummies: boolean;
  /** Whether the latency that the split leaves over is handed out again. */
  readonly reassign: boolean;
}

/** @returns the cheapest plan it finds, or the reason why it finds none; `rules` override the planner's own */
export type Planner = (problem: PlanningProblem, rules?: Partial<PlanningRules>) => Plan;

export const PLANNER_NAMES = ['harpagon'] as const;
export type PlannerName = (typeof PLANNER_NAMES)[number];
