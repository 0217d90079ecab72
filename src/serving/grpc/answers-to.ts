/** Answers a call, or says in gRPC's terms why not. */
import type { Metadata, ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import { type Access, lets } from '../access.ts';
import { HUNG_UP } from '../answer.ts';
import { ProtocolError } from '../protocol/protocol-error.ts';
import { assertDecoded } from './services.ts';

/** grpc.status by HTTP status. */
const CODES: Readonly<Record<number, number>> = {
  400: 3, // INVALID_ARGUMENT
  404: 5, // NOT_FOUND
  413: 8, // RESOURCE_EXHAUSTED
  429: 8,
  [HUNG_UP]: 1, // CANCELLED
  503: 14, // UNAVAILABLE
  504: 4, // DEADLINE_EXCEEDED
};
const UNAUTHENTICATED = 16;
const INTERNAL = 13;

/** Of a call, what handlers ask. */
export interface Call {
  readonly cancelled: boolean;
  readonly metadata: Metadata;
  getDeadline(): Date | number;
  on(event: 'cancelled', listener: () => void): unknown;
}

/** @throws an error with gRPC's code */
export function assertAllowed(access: Access, { metadata }: Call): void {
  if (lets(access, metadata.get('authorization')[0]?.toString())) return;
  throw Object.assign(new Error('no valid token: send the metadata "authorization: Bearer TOKEN"'), {
    code: UNAUTHENTICATED,
  });
}

export const answersTo =
  (access: Access) =>
  <Request>(handle: (request: Request, call: Call) => object | Promise<object>) =>
  (call: ServerUnaryCall<Request, object>, callback: sendUnaryData<object>): void => {
    const answer = async (): Promise<object> => {
      assertAllowed(access, call);
      assertDecoded(call.request);
      return handle(call.request, call);
    };
    answer().then(
      (response) => callback(null, response),
      (error) => callback(statusOf(error)),
    );
  };

/** What gRPC calls an error. */
export function statusOf(error: unknown): { code: number; details: string } {
  if (error instanceof ProtocolError)
    return { code: CODES[error.status] ?? INTERNAL, details: error.message };
  const { code, message } = error as Error & { code?: unknown };
  return typeof code === 'number'
    ? { code, details: message }
    : { code: INTERNAL, details: `internal error: ${message}` };
}
