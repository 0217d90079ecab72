/** What became of a client's request, for all who keep count of it: metrics, statistics, logs, traces. */
import type { Departure } from './departure.ts';
import type { RowEnd } from './row-in-flight.ts';

export type Outcome = 'served' | 'late' | 'shed' | 'expired' | 'failed' | 'cancelled';

/** How a request came, beside what it says. */
export interface Call {
  /** On the clock of `performance.now()`. */
  readonly arrivedMs: number;
  /** What its protocol says of the time it may take, beside its `timeout` parameter; infinite for nothing. */
  readonly limitMs: number;
  /** Tells when nobody waits for the answer any more. */
  readonly gone: Departure;
  /** The client's own, or one that was made for it. */
  readonly requestId: string;
  /** Headers or metadata, where a trace may be told. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface FinishedRequest {
  readonly model: string;
  readonly outcome: Outcome;
  /** As HTTP has it. */
  readonly status: number;
  readonly rows: number;
  readonly call: Call;
  readonly durationMs: number;
  /** Of its rows, where it was answered. */
  readonly ends: readonly RowEnd[];
  /** Why it was not, */
  readonly message: string | undefined;
  /** and the module where it expired or failed. */
  readonly failedIn: string | undefined;
}

/** One that was not let in: what it says was not understood (`invalid`), or there was no room or no server for it. */
export interface RefusedRequest extends Omit<FinishedRequest, 'outcome' | 'call'> {
  readonly outcome: Outcome | 'invalid';
  readonly call: Pick<Call, 'arrivedMs' | 'requestId'>;
}

export type OnRefused = (request: RefusedRequest) => void;

export type OnFinished = (request: FinishedRequest) => void;

/** Of the row that waited longest, as the client is told. */
export const queueMsOf = ({ ends }: Pick<FinishedRequest, 'ends'>): number =>
  ends.reduce((most, { facts }) => Math.max(most, facts?.queueMs ?? 0), 0);

export const isAnswered = ({ outcome }: FinishedRequest): boolean =>
  outcome === 'served' || outcome === 'late';
