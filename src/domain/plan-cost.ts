/** What a plan costs: the document of `harp cost --json`. */
import { z } from 'zod';
import { hardwareSchema } from './hardware.ts';
import { BILLINGS } from './plan.ts';

const costSchema = z.looseObject({
  costPerHour: z.number().positive(),
  /** Of 730 hours. */
  costPerMonth: z.number().positive(),
  /** Per million requests of the application, all of the planned rate. */
  costPerMillionRequests: z.number().positive(),
});

export const hardwareCostSchema = costSchema.extend({
  name: z.string(),
  /** Machines that are paid for. */
  machines: z
    .number()
    .positive()
    .describe('whole machines of this hardware that are billed: a worker on 2 of 4 cores is half of one'),
  /** Of one machine; absent where the plan only says what its share of one costs. */
  price: hardwareSchema.optional(),
});

export const planCostSchema = costSchema.extend({
  schemaVersion: z.literal(1),
  kind: z.literal('cost'),
  application: z.string(),
  rateRps: z.number().positive(),
  billing: z.enum(BILLINGS),
  modules: z.array(costSchema.extend({ name: z.string() })),
  hardware: z.array(hardwareCostSchema),
});

export type Cost = z.infer<typeof costSchema>;
/** One kind of machine in all modules. */
export type HardwareCost = z.infer<typeof hardwareCostSchema>;
export type PlanCost = z.infer<typeof planCostSchema>;
