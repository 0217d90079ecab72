/** What a machine costs. A price carries its date and source, so that a plan's cost can be traced. */
import { z } from 'zod';

export const hardwareSchema = z.strictObject({
  /** USD for one machine for one hour. */
  pricePerHour: z.number().positive(),
  /** Cores of one machine; where given, an operating point on fewer cores pays its share. */
  cores: z.number().positive().optional(),
  /** How many such machines there are; unlimited if absent. */
  count: z.number().int().positive().optional(),
  /** Memory of one machine: what needs more cannot run there. */
  memoryMiB: z.number().positive().optional(),
  /** Memory of its accelerator. */
  deviceMemoryMiB: z.number().positive().optional(),
  /** Day of the price, YYYY-MM-DD. */
  asOf: z.string().optional(),
  source: z.string().optional(),
});

export type Hardware = z.infer<typeof hardwareSchema>;

export const hardwareTableSchema = z.record(z.string().min(1), hardwareSchema);

/** Hardware by name. */
export type HardwareTable = z.infer<typeof hardwareTableSchema>;

export const hardwareFileSchema = z.strictObject({ hardware: hardwareTableSchema });
