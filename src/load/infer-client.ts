/** A server of the Open Inference Protocol as the load generator sees it, however its messages travel. */
import type { LoadProtocol } from '../domain/load.ts';
import type { InferRequest, InferResponse } from '../serving/protocol/infer-message.ts';

/** What came of one request; `shed` and `expired` are the server's own words for being too busy and too late. */
export type Outcome = 'answered' | 'shed' | 'expired' | 'failed';

export interface Answer {
  readonly outcome: Outcome;
  /** When its last byte came, on the clock of `performance.now()`. */
  readonly atMs: number;
  /** Of the failed: the status ("500", "UNAVAILABLE"), or the error where there was none ("ECONNREFUSED"), */
  readonly reason?: string;
  /** and what the server said to it. */
  readonly message?: string;
  /** What harp's daemon tells about the way of a request; other servers may tell nothing. */
  readonly batchSize?: number;
  readonly queueMs?: number;
  readonly computeMs?: number;
  /** Of each module of an application that has several. */
  readonly modules?: readonly ToldModule[];
}

/** What a module has run for one request. */
export interface ToldModule {
  readonly name: string;
  readonly tasks: number;
  /** The mean. */
  readonly batchSize: number;
  /** Of the longest batch. */
  readonly computeMs: number;
}

/** A request whose message is made, so that making it costs no time while sending. */
export interface Prepared {
  /** Of the message. */
  readonly bytes: number;
  /**
   * Never rejects: what went wrong is an outcome, too.
   * @param limitMs the server is told, so that it need not work on what is too late
   */
  readonly send: (limitMs: number) => Promise<Answer>;
}

export interface InferClient {
  /** What it says of itself. @throws HarpError where nobody answers, or nobody who speaks the protocol */
  server(): Promise<unknown>;
  /** What it says of a model; undefined where it knows none of this name. @throws HarpError as above */
  model(name: string): Promise<unknown>;
  prepare(model: string, request: InferRequest, protocol: LoadProtocol): Prepared;
  /** Ends all connections; what is unanswered fails. */
  close(): void;
}

/** How the servers are asked whom they let in, and believed who they are. */
export interface Credentials {
  /** Sent as `Authorization: Bearer TOKEN`. */
  readonly token: string | undefined;
  /** Where it came from. */
  readonly tokenFile?: string | undefined;
  /** Whom to believe beside the system's own authorities: a PEM file's contents. */
  readonly ca: Buffer | undefined;
  /** Whether any certificate is believed. */
  readonly insecureTls: boolean;
}

/** What the server told of itself with an answer. */
export function told({
  parameters,
}: Pick<InferResponse, 'parameters'>): Pick<Answer, 'batchSize' | 'queueMs' | 'computeMs' | 'modules'> {
  const { batch_size: batchSize, queue_ms: queueMs, compute_ms: computeMs } = parameters;
  return {
    ...(typeof batchSize === 'number' && { batchSize }),
    ...(typeof queueMs === 'number' && { queueMs }),
    ...(typeof computeMs === 'number' && { computeMs }),
    ...toldModules(parameters),
  };
}

const TASKS = '.tasks';

function toldModules(parameters: InferResponse['parameters']): { modules?: ToldModule[] } {
  const modules: ToldModule[] = [];
  for (const [key, tasks] of Object.entries(parameters)) {
    if (typeof tasks !== 'number' || !key.endsWith(TASKS)) continue;
    const name = key.slice(0, -TASKS.length);
    const { [`${name}.batch_size`]: batchSize, [`${name}.compute_ms`]: computeMs } = parameters;
    if (typeof batchSize === 'number' && batchSize > 0 && typeof computeMs === 'number')
      modules.push({ name, tasks, batchSize, computeMs });
  }
  return modules.length > 0 ? { modules } : {};
}

/** What comes of an answer that cannot be read. */
export const notOfProtocol = (error: unknown): Omit<Answer, 'atMs'> => ({
  outcome: 'failed',
  reason: 'an answer that is not of the protocol',
  message: (error as Error).message,
});
