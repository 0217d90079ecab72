/** A plan: which machines to buy, what each of them runs, and what that promises. Also the reason where there is none. */
import { z } from 'zod';
import { enforcementSchema } from './enforcement.ts';
import { explanationSchema } from './explanation.ts';
import { hardwareTableSchema } from './hardware.ts';
import { externalDataSchema } from './profile.ts';
import { serviceTimeSchema } from './service-time.ts';
import { tensorSpecSchema } from './tensor.ts';
import { verificationSchema } from './verification.ts';

/** How a partial machine is charged: by its fraction, or as a whole one. */
export const BILLINGS = ['proportional', 'whole'] as const;
export type Billing = (typeof BILLINGS)[number];

/** What a lower bound is one of: plans of the model, or whole machines that hold in a replay, whatever decides their batches. */
export const BOUNDS = ['model', 'any-dispatcher'] as const;

/** How requests reach machines, as the planned worst case assumes it. */
export const DISPATCH_POLICIES = ['batch-aware', 'group', 'round-robin'] as const;
export type DispatchPolicy = (typeof DISPATCH_POLICIES)[number];

/** Whether the cores of running workers follow the deadlines, stay as planned, or stay and it is told how they would. */
export const SCALING_MODES = ['off', 'advisory', 'vertical'] as const;
export type ScalingMode = (typeof SCALING_MODES)[number];

/** Relative tolerance of every comparison at a limit: a worst case that equals its budget is met. */
export const TOLERANCE = 1e-9;

export const allocationSchema = z.looseObject({
  /** 1 is served first; higher throughput per cost comes first. */
  rank: z.number().int().positive(),
  hardware: z.string(),
  cores: z.number().positive(),
  batchSize: z.number().int().positive(),
  durationMs: z.number().positive(),
  /** A whole number, or the fraction of one partial machine. */
  machines: z
    .number()
    .positive()
    .describe('each with the cores of this allocation; a part of one pays its share'),
  /** Of one fully loaded machine. */
  throughputRps: z.number().positive(),
  /** What these machines take together, dummies included. */
  rateRps: z.number().positive(),
  /** The rate at which a batch of theirs fills. */
  collectionRateRps: z.number().positive(),
  worstCaseMs: z.number().positive(),
  /** Of one machine of this operating point. */
  pricePerHour: z.number().positive(),
  costPerHour: z.number().positive(),
  /** Its duration was not measured, but told by the points of the profile that were. */
  predicted: z.boolean().optional(),
  /** False where its duration had not settled when the measuring ended. */
  stable: z.boolean().optional(),
  /** Resident memory of one worker, where that was measured. */
  memoryMiB: z.number().positive().optional(),
});

export type Allocation = z.infer<typeof allocationSchema>;

export const modelReferenceSchema = z.looseObject({
  name: z.string(),
  /** In a plan's file: relative to it, as those below. */
  file: z.string().optional(),
  /** The one that the user has, where that was lifted to batches before it was profiled. */
  original: z.string().optional(),
  /** That the plan stands on, where it is one. */
  profile: z.string().optional(),
  sha256: z.string().optional(),
  externalData: externalDataSchema.optional(),
  inputs: z.array(tensorSpecSchema).optional(),
  outputs: z.array(tensorSpecSchema).optional(),
  /** Lengths that named dimensions other than the batch were measured with. */
  dims: z.record(z.string(), z.number().int().positive()).optional(),
});

export type ModelReference = z.infer<typeof modelReferenceSchema>;

export const modulePlanSchema = z.looseObject({
  name: z.string(),
  after: z.array(z.string()).default([]),
  perRequest: z.number().positive().default(1),
  rateRps: z.number().positive(),
  /** The rate that its machines were chosen for, where headroom was needed: above `rateRps`. */
  plannedRateRps: z.number().positive().optional(),
  /** So many requests more than a batch's own its worst case leaves time for: d + (b + extra)/w. */
  extraRequests: z.number().positive().optional(),
  /** Padding per second, paid for on purpose. */
  dummyRps: z.number().nonnegative(),
  /** The module's share of the SLO. */
  budgetMs: z.number().positive(),
  worstCaseMs: z.number().positive(),
  /** `planned`: no worst case is claimed but the budget, which a batch may collect as long as it leaves time for. */
  dispatch: z.enum([...DISPATCH_POLICIES, 'planned']),
  costPerHour: z.number().positive(),
  allocations: z.array(allocationSchema).min(1),
  /** Every profiled point of the hardware used, so that the plan can be enforced without its profiles. */
  serviceTimes: z.array(serviceTimeSchema).default([]),
  /** What to load to serve it. */
  model: modelReferenceSchema.optional(),
  /** The machines that the service times were measured on, by hardware, where that is known. */
  measuredOn: z
    .record(
      z.string(),
      z.looseObject({
        cpuModel: z.string(),
        provider: z.string().optional(),
        /** Names of the devices that there were, where the provider computes on one. */
        gpus: z.array(z.string()).optional(),
      }),
    )
    .optional(),
  inputs: z.record(z.string(), z.string()).optional(),
  rows: z.literal('split').optional(),
});

export type ModulePlan = z.infer<typeof modulePlanSchema>;

/** What a plan stands on: that it was seen to hold in a replay, or the model alone. */
export const GUARANTEES = ['replay', 'model'] as const;
export type Guarantee = (typeof GUARANTEES)[number];

export const INFEASIBLE_CODES = [
  'slo-too-tight',
  'capacity',
  'no-point',
  'not-found',
  'does-not-hold',
] as const;

export const infeasibleReasonSchema = z.looseObject({
  code: z.enum(INFEASIBLE_CODES),
  /** The module or path that binds, as "detect → vehicle". */
  where: z.string(),
  neededMs: z.number().optional(),
  availableMs: z.number().optional(),
  /** Where there are too few machines: with so many of these the model has a plan, by the same planner. */
  enough: z.record(z.string(), z.number().int().positive()).optional(),
  /** Where the SLO is too tight: one that has a plan, by the same planner and with the same guarantee. */
  possibleSloMs: z.number().positive().optional(),
  /** What that plan costs: at the limit often much. */
  possibleCostPerHour: z.number().positive().optional(),
  message: z.string(),
});

export type InfeasibleReason = z.infer<typeof infeasibleReasonSchema>;

const planHeader = {
  schemaVersion: z.literal(1),
  kind: z.literal('plan'),
  application: z.string(),
  planner: z.string(),
  rateRps: z.number().positive(),
  sloMs: z.number().positive(),
  /** What of the SLO is kept for all that happens outside the engine: the machines have the rest. Absent for nothing. */
  reserveMs: z.number().positive().optional(),
  billing: z.enum(BILLINGS),
  solveMs: z.number().nonnegative().optional(),
  /** Operating points that were not to be used, and why: a sentence a module. */
  leftOut: z.array(z.string()).optional(),
  /** What the prices that it was made with say that is probably not meant. */
  warnings: z.array(z.string()).optional(),
};

export const feasiblePlanSchema = z.looseObject({
  ...planHeader,
  feasible: z.literal(true),
  costPerHour: z.number().positive(),
  /** Nothing that `boundOf` names costs less. Absent where nothing is known. */
  lowerBoundPerHour: z.number().nonnegative().optional(),
  /** Plans of the model where it is absent. */
  boundOf: z.enum(BOUNDS).optional(),
  gap: z.number().nonnegative().optional(),
  /** Proven cheapest of these, to 1e-6 relative. */
  optimal: z.boolean().optional(),
  /** Longest path through the modules' worst cases. */
  worstCaseMs: z.number().positive(),
  modules: z.array(modulePlanSchema).min(1),
  /** The SLO that it was planned for, where headroom was needed: below what the reserve leaves of `sloMs`. */
  plannedSloMs: z.number().positive().optional(),
  /** The default rules where it is absent. */
  enforcement: enforcementSchema.optional(),
  /** As the application says; `off` where it is absent. */
  scaling: z.enum(SCALING_MODES).optional(),
  /** Absent where a plan was written by hand. */
  guarantee: z.enum(GUARANTEES).optional(),
  /** Where the guarantee is a replay. */
  verification: verificationSchema.optional(),
  /** Why there was no replay although one was asked for, and how to get it. */
  unverified: z.string().optional(),
  /** Prices that the costs stand on. */
  hardware: hardwareTableSchema.default({}),
  /** Where it was asked for. */
  explanation: explanationSchema.optional(),
  /** A limit that was asked for, and whether the cost keeps it. */
  gate: z.looseObject({ maxCostPerHour: z.number().positive(), passed: z.boolean() }).optional(),
});

export const infeasiblePlanSchema = z.looseObject({
  ...planHeader,
  feasible: z.literal(false),
  reason: infeasibleReasonSchema,
});

export const planSchema = z.discriminatedUnion('feasible', [feasiblePlanSchema, infeasiblePlanSchema]);

export type FeasiblePlan = z.infer<typeof feasiblePlanSchema>;
export type InfeasiblePlan = z.infer<typeof infeasiblePlanSchema>;
export type Plan = z.infer<typeof planSchema>;

/** What of an SLO the engine may spend: all but the reserve. ms */
export const engineMs = ({
  sloMs,
  reserveMs = 0,
}: {
  readonly sloMs: number;
  readonly reserveMs?: number | undefined;
}): number => Math.max(0, sloMs - reserveMs);
