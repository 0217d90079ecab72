/** What a machine costs. A price carries its date and source, so that a plan's cost can be traced. */
import { z } from 'zod';

export const hardwareSchema = z.strictObject({
  pricePerHour: z.number().positive().describe('USD for one machine for one hour'),
  cores: z
    .number()
    .positive()
    .optional()
    .describe('cores of one machine; where given, an operating point on fewer cores pays its share'),
  count: z
    .number()
    .int()
    .positive()
    .optional()
    .describe('how many such machines there are; unlimited if absent'),
  memoryMiB: z
    .number()
    .positive()
    .optional()
    .describe('memory of one machine: what needs more cannot run there'),
  deviceMemoryMiB: z.number().positive().optional().describe('memory of its accelerator'),
  asOf: z.string().optional().describe('day of the price, YYYY-MM-DD'),
  source: z.string().optional().describe('where the price is from'),
});

export type Hardware = z.infer<typeof hardwareSchema>;

export const hardwareTableSchema = z.record(z.string().min(1), hardwareSchema);

/** Hardware by name. */
export type HardwareTable = z.infer<typeof hardwareTableSchema>;

export const hardwareFileSchema = z.strictObject({
  hardware: hardwareTableSchema.describe('machines by name, as profiles name them'),
});
