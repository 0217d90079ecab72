/** What a shell completes: the commands and their flags; and the document of `harp completion --json`. */
import { z } from 'zod';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export const completionSchema = z.looseObject({
  schemaVersion: z.literal(1),
  kind: z.literal('completion'),
  shell: z.enum(SHELLS),
  script: z.string(),
});
export type Completion = z.infer<typeof completionSchema>;

export interface CompletedFlag {
  readonly name: string;
  readonly takesValue: boolean;
  /** The only values that it takes; none where it takes any. */
  readonly options: readonly string[];
  readonly description: string;
}

export interface CompletedCommand {
  /** As oclif names it: "model:create". */
  readonly id: string;
  readonly flags: readonly CompletedFlag[];
}
