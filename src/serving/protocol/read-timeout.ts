/** The `timeout` parameter of a request: how long the client lets it take, from its arrival. */
import type { InferRequest } from './infer-message.ts';
import { malformed, preview } from './protocol-error.ts';

/** An hour: nobody waits longer. */
const LONGEST_US = 3.6e9;

/**
 * @returns ms, or undefined where the client sets no limit (absent or 0)
 * @throws ProtocolError 400
 */
export function readTimeoutMs({ parameters }: Pick<InferRequest, 'parameters'>): number | undefined {
  const timeoutUs = parameters.timeout ?? 0;
  if (typeof timeoutUs !== 'number' || !(timeoutUs >= 0 && timeoutUs <= LONGEST_US)) {
    throw malformed('parameters.timeout', `microseconds from 0 to ${LONGEST_US}`, preview(timeoutUs));
  }
  return timeoutUs === 0 ? undefined : timeoutUs / 1000;
}
