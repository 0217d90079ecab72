/** An answer other than 200: its HTTP status and the sentence that goes into `{"error": "…"}`. */
import type { ShedReason } from '../../policy/admission.ts';

/** Why a request was not let in although nothing is wrong with it: as the policy decided, or since there is no room or no server for it. */
export type RefusalReason = ShedReason | 'memory' | 'starting' | 'draining';

export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly status: number;
  /** Of a refusal. */
  readonly refusal: RefusalReason | undefined;
  /** Whether those who keep count of requests know of it already: the request had been let in. */
  isTold = false;

  constructor(status: number, message: string, refusal?: RefusalReason) {
    super(message);
    this.status = status;
    this.refusal = refusal;
  }
}

/** 400: the place in the message, what should stand there, and what stands there. */
export const malformed = (where: string, expected: string, got: string): ProtocolError =>
  new ProtocolError(400, `${where}: expected ${expected}, got ${got}`);

/** A value as an error message shows it: short, whatever the client sent. */
export function preview(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
