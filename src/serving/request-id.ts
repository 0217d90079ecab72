/** What a request is called in logs, in traces and to its client. */
import { randomUUID } from 'node:crypto';

/** The header, or key of gRPC's metadata. */
export const REQUEST_ID = 'x-request-id';

/** The client's own, if it can stand in a log and a header; otherwise a new one. */
export const requestIdOf = (own: string | string[] | undefined): string =>
  typeof own === 'string' && /^[\w.:/+=-]{1,128}$/.test(own) ? own : randomUUID();
