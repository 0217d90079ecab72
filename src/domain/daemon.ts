/** Daemons that run: the documents of `harp serve`, `harp status` and `harp stop` with `--json`. */
import { z } from 'zod';

const pid = z.number().int().positive();

export const listeningSchema = z.looseObject({
  http: z.string(),
  grpc: z.string(),
  metrics: z.string(),
  pid,
});

/** What each leaves in a file while it runs, so that others find it. */
export const runningDaemonSchema = listeningSchema.extend({
  application: z.string(),
  plan: z.string(),
  startedAt: z.string(),
  /** Where its output goes, if it was detached. */
  log: z.string().optional(),
});

export const statusSchema = z.looseObject({
  /** `ready`: whether it takes requests; false also where it does not answer. */
  daemons: z.array(runningDaemonSchema.extend({ ready: z.boolean() })),
});

export const stoppedSchema = z.looseObject({ stopped: z.array(runningDaemonSchema) });

export type Listening = z.infer<typeof listeningSchema>;
export type RunningDaemon = z.infer<typeof runningDaemonSchema>;
export type DaemonStatus = z.infer<typeof statusSchema>['daemons'][number];
