/** Daemons that run: the documents of `harp serve`, `harp status` and `harp stop` with `--json`. */
import { z } from 'zod';

/** Where it listens, and its process. */
const addresses = {
  http: z.string(),
  grpc: z.string(),
  metrics: z.string(),
  pid: z.number().int().positive(),
  /** Where its output goes, if it was detached. */
  log: z.string().optional(),
};

export const listeningSchema = z.looseObject({
  schemaVersion: z.literal(1),
  kind: z.literal('listening'),
  ...addresses,
});

export type Listening = z.infer<typeof listeningSchema>;

export const listeningAt = ({
  http,
  grpc,
  metrics,
  pid,
  log,
}: Pick<Listening, keyof typeof addresses>): Listening => ({
  schemaVersion: 1,
  kind: 'listening',
  http,
  grpc,
  metrics,
  pid,
  ...(log !== undefined && { log }),
});

/** What each leaves in a file while it runs, so that others find it. */
export const runningDaemonSchema = z.looseObject({
  ...addresses,
  application: z.string(),
  /** Its whole path; "-" for stdin. */
  plan: z.string(),
  /** That it was started in. */
  folder: z.string().optional(),
  startedAt: z.string(),
});

export const statusSchema = z.looseObject({
  schemaVersion: z.literal(1),
  kind: z.literal('status'),
  /** `ready`: whether it takes requests; false also where it does not answer. */
  daemons: z.array(runningDaemonSchema.extend({ ready: z.boolean() })),
});

export const stoppedSchema = z.looseObject({
  schemaVersion: z.literal(1),
  kind: z.literal('stopped'),
  stopped: z.array(runningDaemonSchema),
});

export type RunningDaemon = z.infer<typeof runningDaemonSchema>;
export type DaemonStatus = z.infer<typeof statusSchema>;
export type StoppedDaemons = z.infer<typeof stoppedSchema>;
