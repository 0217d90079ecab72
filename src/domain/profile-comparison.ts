/** What changed between two profiles of a model, and what `harp profile` prints: profiles, with that, or why there is none. */
import { z } from 'zod';
import { errorDocumentSchema } from './errors.ts';
import { profileSchema, STATISTICS } from './profile.ts';

const pointChangeSchema = z.looseObject({
  cores: z.number().positive(),
  batchSize: z.number().int().positive(),
  thenMs: z.number().positive(),
  nowMs: z.number().positive(),
  /** Share of `thenMs`: 0.1 is 10 % slower. */
  change: z.number(),
  /** Likewise, how much slower the machine itself was, by its yardstick, where both know it. */
  machineChange: z.number().optional(),
  /** What is left of the change on a machine of the same speed: this is judged. */
  modelChange: z.number(),
  /** What that may be off by, as a share. */
  noise: z.number().nonnegative(),
  verdict: z.enum(['slower', 'faster', 'within-noise', 'not-settled']),
});

/** One point measured twice. */
export type PointChange = z.infer<typeof pointChangeSchema>;

const profileComparisonSchema = z.looseObject({
  statistic: z.enum(STATISTICS),
  changes: z.array(pointChangeSchema),
  /** Points that only one of the two measured. */
  unmatched: z.number().int().nonnegative(),
  /** What the durations depend on and is not the same, as "onnxruntime 1.29.0 then, 1.30.0 now". */
  conditions: z.array(z.string()),
  /** Of --fail-on-regression: whether it could see what it was to refuse. */
  gate: z
    .looseObject({
      /** Share by which a point may be slower. */
      maxSlower: z.number().nonnegative(),
      /** Judged points within a noise that is larger than that: slower ones would have passed, too. */
      blind: z.number().int().nonnegative(),
      /** The largest noise of those, a share: nothing under it would have been seen there. */
      seesFrom: z.number().positive().optional(),
    })
    .optional(),
});

/** What changed since an earlier profile. */
export type ProfileComparison = z.infer<typeof profileComparisonSchema>;

export const printedProfileSchema = profileSchema.extend({ comparison: profileComparisonSchema.optional() });
export type PrintedProfile = z.infer<typeof printedProfileSchema>;

/** Stands in a list of profiles for a model that could not be measured. */
const failedProfileSchema = errorDocumentSchema.extend({ file: z.string() });

export const printedProfilesSchema = z.array(z.union([printedProfileSchema, failedProfileSchema]));
export type PrintedProfiles = z.infer<typeof printedProfilesSchema>;
