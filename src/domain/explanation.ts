/** Why a plan is what it is: what binds each module, what else it could run, and what the plan costs for other SLOs and rates. */
import { z } from 'zod';

/** How the cost goes on when the SLO or the rate moves one way; "at" and "from" are ms or requests/s. */
export const nextSchema = z.discriminatedUnion('kind', [
  /** Evenly, from there on. */
  z.looseObject({ kind: z.literal('slope'), from: z.number(), usdPerHourPerUnit: z.number() }),
  /** At once: what it costs just beyond. */
  z.looseObject({ kind: z.literal('step'), at: z.number(), costPerHour: z.number() }),
  /** Not at all, as far as was looked. */
  z.looseObject({ kind: z.literal('level'), until: z.number() }),
  /** No plan beyond. */
  z.looseObject({ kind: z.literal('end'), at: z.number() }),
]);

export type Next = z.infer<typeof nextSchema>;

export const marginSchema = z.looseObject({
  /** What a plan for one ms or one request/s more (or less) costs; absent where there is none. */
  oneUnitPerHour: z
    .number()
    .positive()
    .optional()
    .describe('USD per hour of a plan for one ms of the SLO, or one request/s, more or less'),
  next: nextSchema,
});

export type Margin = z.infer<typeof marginSchema>;

const pointSchema = z.looseObject({
  hardware: z.string(),
  cores: z.number().positive(),
  batchSize: z.number().int().positive(),
});

export const moduleExplanationSchema = z.looseObject({
  name: z.string(),
  /** The allocation whose worst case is the module's. */
  bindingRank: z.number().int().positive(),
  /** The longest path through the module. */
  path: z.array(z.string()).min(1),
  /** What that path leaves of the SLO. */
  slackMs: z.number(),
  /** The point that takes most of its rate. */
  leading: pointSchema,
  /** What would lead without that point, and what the plan would cost more; absent where nothing else works. */
  runnerUp: pointSchema.extend({ extraPerHour: z.number() }).optional(),
});

export type ModuleExplanation = z.infer<typeof moduleExplanationSchema>;

export const explanationSchema = z.looseObject({
  modules: z.array(moduleExplanationSchema),
  /** Absent where time ran out before it was known. */
  looserSlo: marginSchema.optional(),
  tighterSlo: marginSchema.optional(),
  higherRate: marginSchema.optional(),
  lowerRate: marginSchema.optional(),
  /** By rising SLO; those without a plan are left out. */
  costOverSlo: z.array(z.looseObject({ sloMs: z.number().positive(), costPerHour: z.number().positive() })),
  /** False where time ran out before everything was known. */
  complete: z.boolean(),
});

/** All of it by planning again with the plan's own planner. */
export type Explanation = z.infer<typeof explanationSchema>;
