/** When a request is due, and how important it is: as it says itself, else as the plan has it. */
import type { LimitOf } from './answer.ts';
import type { Call } from './finished-request.ts';
import type { InferRequest } from './protocol/infer-message.ts';
import { PRIORITY_HEADER, readPriority } from './protocol/read-priority.ts';
import { readTimeoutMs } from './protocol/read-timeout.ts';

export interface RequestTerms {
  /** From its arrival, and whose limit that is. */
  readonly limitMs: number;
  readonly limitOf: LimitOf;
  /** On the clock of `performance.now()`. */
  readonly deadlineMs: number;
  /** 1 for the most important; undefined where it says nothing of that. */
  readonly priority: number | undefined;
}

/**
 * @param ownSloMs of what is called, for a request that says nothing
 * @param sloMs of the application
 * @throws ProtocolError 400
 */
export function readTerms(request: InferRequest, call: Call, ownSloMs: number, sloMs: number): RequestTerms {
  const saidMs = Math.min(call.limitMs, readTimeoutMs(request) ?? Number.POSITIVE_INFINITY);
  const limitOf = Number.isFinite(saidMs) ? 'request' : ownSloMs < sloMs ? 'budget' : 'SLO';
  const limitMs = limitOf === 'request' ? saidMs : ownSloMs;
  const priority = readPriority(request, call.headers[PRIORITY_HEADER]);
  return { limitMs, limitOf, deadlineMs: call.arrivedMs + limitMs, priority };
}
