/** Counts by reason the requests that are not let in, whatever the protocol: before they are read, or by the policy. */
import type { Metrics } from './metrics.ts';
import { ProtocolError } from './protocol/protocol-error.ts';

/** @param answer of a request to the model; what it throws is thrown */
export async function countingRefusals<Answer>(
  metrics: Pick<Metrics, 'refused'>,
  model: string,
  answer: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof ProtocolError && error.refusal !== undefined) metrics.refused(model, error.refusal);
    throw error;
  }
}
