/** What planners find beside one another, on one application or over the benchmark: the documents of `harp compare --json`. */
import { z } from 'zod';
import { BILLINGS, planSchema } from './plan.ts';

const share = z.number().min(0).max(1);
const ms = z.number().nonnegative();
/** Costs, over the costs of others. */
const ratio = z.number().positive();

export const comparedPlanSchema = z.looseObject({
  planner: z.string(),
  /** Cost over that of `optimal`; null where either has no plan, and of whole machines (`simulated`) where the others pay for parts. */
  costToOptimal: ratio.nullable(),
  /** With replays and repairs, where plans had to hold. */
  solveMs: ms,
  /** With the certificate that `optimal` found. */
  plan: planSchema,
});

/** What was asked for of one application. */
const asked = {
  application: z.string(),
  rateRps: z.number().positive(),
  /** As in a plan. */
  reserveMs: z.number().positive().optional(),
  billing: z.enum(BILLINGS),
};

/** At one SLO. */
export const applicationComparisonSchema = z.looseObject({
  schemaVersion: z.literal(1),
  kind: z.literal('application-comparison'),
  ...asked,
  sloMs: z.number().positive(),
  planners: z.array(comparedPlanSchema).min(1),
  /**
   * What the plan by simulation among them must keep, where one was asked for: whole machines that were seen to hold. The others are the
   * model's word for evenly spaced requests.
   */
  simulatedUnder: z.looseObject({ arrivals: z.string(), attainment: share }).optional(),
});

/** At several. */
export const costOverSloSchema = z.looseObject({
  schemaVersion: z.literal(1),
  kind: z.literal('cost-over-slo'),
  ...asked,
  /** Ascending. */
  slosMs: z.array(z.number().positive()).min(1),
  planners: z
    .array(
      z.looseObject({
        planner: z.string(),
        /** USD, one for each SLO; null where it has no plan. */
        costsPerHour: z.array(z.number().positive().nullable()),
      }),
    )
    .min(1),
});

/** Of the workloads that both solved; null where there is none. */
const ratioSummarySchema = z.looseObject({ mean: ratio, median: ratio, worst: ratio });

export const plannerFiguresSchema = z.looseObject({
  planner: z.string(),
  /** Shares of all workloads: with a plan, with one as cheap as the optimum, with one that it proved cheapest. */
  solved: share,
  equalToOptimal: share,
  proven: share,
  costToOptimal: ratioSummarySchema.nullable(),
  costToHarpagon: ratioSummarySchema.nullable(),
  runtimeMs: z.looseObject({ p50: ms, p99: ms }),
});

/** How far above the optimum plans are: the share of them with a gap (cost/optimum − 1) above `from` and up to `to`. */
export const gapShareSchema = z.looseObject({
  from: z.number(),
  /** Null in the last class, which has no end. */
  to: z.number().nullable(),
  share,
});

/** Workloads whose SLO is at least `from` and less than `to` times the longest path of fastest durations. */
export const loosenessClassSchema = z.looseObject({
  from: z.number(),
  to: z.number().nullable(),
  workloads: z.number().int().positive(),
  planners: z.array(
    z.looseObject({ planner: z.string(), solved: share, meanCostToHarpagon: ratio.nullable() }),
  ),
});

/** Every planner and ablation over the benchmark. */
export const benchmarkComparisonSchema = z.looseObject({
  schemaVersion: z.literal(1),
  kind: z.literal('benchmark-comparison'),
  workloads: z.number().int().positive(),
  planners: z.array(plannerFiguresSchema),
  /** Of `harpagon`. */
  ablations: z.array(plannerFiguresSchema),
  /** How far `harpagon` is from the optimum where it does not reach it. */
  harpagonGaps: z.array(gapShareSchema),
  looseness: z.array(loosenessClassSchema),
  /** What the paper reports of its own benchmark. */
  published: z.looseObject({
    source: z.string(),
    /** Costs of the systems it compares with over Harpagon's: the least and the most. */
    baselinesToHarpagon: z.looseObject({ least: ratio, most: ratio }),
    /** The share of workloads on which Harpagon equals its brute force. */
    harpagonEqualToOptimal: share,
  }),
});

export type ComparedPlan = z.infer<typeof comparedPlanSchema>;
export type ApplicationComparison = z.infer<typeof applicationComparisonSchema>;
export type CostOverSlo = z.infer<typeof costOverSloSchema>;
export type RatioSummary = z.infer<typeof ratioSummarySchema>;
export type PlannerFigures = z.infer<typeof plannerFiguresSchema>;
export type GapShare = z.infer<typeof gapShareSchema>;
export type LoosenessClass = z.infer<typeof loosenessClassSchema>;
export type BenchmarkComparison = z.infer<typeof benchmarkComparisonSchema>;
