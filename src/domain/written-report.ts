/** The page that `harp report` wrote: its document with `--json`. */
import { z } from 'zod';

const count = z.number().int().nonnegative();

export const reportedSectionSchema = z.looseObject({
  /** Of its heading, for links into the page. */
  id: z.string(),
  kind: z.string(),
  title: z.string(),
  /** That it was made of. */
  files: z.array(z.string()),
  charts: count,
});

export const writtenReportSchema = z.looseObject({
  schemaVersion: z.literal(1),
  kind: z.literal('report'),
  out: z.string(),
  bytes: count,
  sections: z.array(reportedSectionSchema),
});

export type ReportedSection = z.infer<typeof reportedSectionSchema>;
export type WrittenReport = z.infer<typeof writtenReportSchema>;
