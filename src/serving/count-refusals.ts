/** Counts by reason the requests that are not let in, whatever the protocol: before they are read, or by the policy; and tells of the former. */
import { outcomeOf } from './answer.ts';
import type { Call, OnRefused } from './finished-request.ts';
import type { Metrics } from './metrics.ts';
import { ProtocolError } from './protocol/protocol-error.ts';

export interface RefusalWatchers {
  readonly metrics: Pick<Metrics, 'refused'>;
  /** Told of each request to a model that is refused before it is let in. */
  readonly onRefused: OnRefused;
}

/** Of what the message itself is the reason. */
const INVALID: readonly number[] = [400, 413];

/** @param answer of a request to the model; what it throws is thrown */
export async function countingRefusals<Answer>(
  { metrics, onRefused }: RefusalWatchers,
  model: string,
  call: Pick<Call, 'arrivedMs' | 'requestId'>,
  answer: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const { status, message, refusal, isTold } = error;
    if (refusal !== undefined) metrics.refused(model, refusal);
    if (!isTold) {
      const outcome = INVALID.includes(status) ? 'invalid' : outcomeOf(status);
      const durationMs = performance.now() - call.arrivedMs;
      onRefused({
        model,
        outcome,
        status,
        rows: 0,
        call,
        durationMs,
        ends: [],
        message,
        failedIn: undefined,
      });
    }
    throw error;
  }
}
