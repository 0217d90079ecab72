/** What a request is called in logs, in traces and to its client. */
import { randomUUID } from 'node:crypto';

/** The header, or key of gRPC's metadata. */
export const REQUEST_ID = 'x-request-id';

/** What the UUIDs of this process have in common: one that is random as a whole would cost every request more than counting does. */
const OWN = randomUUID().slice(0, 24);

let made = 0;

const newId = (): string => OWN + (++made).toString(16).padStart(12, '0');

/** The client's own, if it can stand in a log and a header; otherwise a new one. */
export const requestIdOf = (own: string | string[] | undefined): string =>
  typeof own === 'string' && /^[\w.:/+=-]{1,128}$/.test(own) ? own : newId();
