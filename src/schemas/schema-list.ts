/** The document of `harp schema --json` without a name. */
import { z } from 'zod';

export const schemaListSchema = z.looseObject({
  schemaVersion: z.literal(1),
  kind: z.literal('schemas'),
  schemas: z.array(z.looseObject({ name: z.string(), about: z.string(), printedBy: z.array(z.string()) })),
});

export type SchemaList = z.infer<typeof schemaListSchema>;
