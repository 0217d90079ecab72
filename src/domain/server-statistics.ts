/** What a server has done with its models since it began: `GET /v2/models/stats` of the Open Inference Protocol, as far as reports read it. */
import { z } from 'zod';

const count = z.number().int().nonnegative();
const durationSchema = z.looseObject({ count, ns: z.number().nonnegative() });

export const serverStatisticsSchema = z.looseObject({
  model_stats: z.array(
    z.looseObject({
      name: z.string(),
      /** Rows, and batches. */
      inference_count: count,
      execution_count: count,
      inference_stats: z.looseObject({
        success: durationSchema,
        fail: durationSchema,
        queue: durationSchema,
        compute_infer: durationSchema,
      }),
      batch_stats: z.array(z.looseObject({ batch_size: count, compute_infer: durationSchema })),
    }),
  ),
});

export type ServerStatistics = z.infer<typeof serverStatisticsSchema>;
