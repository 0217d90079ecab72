/** What a daemon writes to stderr while it serves: one line an event, for people or as JSON. */
import { roundTo } from '../numeric/round-to.ts';
import { type FinishedRequest, type OnFinished, queueMsOf } from '../serving/finished-request.ts';

export const LOG_FORMATS = ['text', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

export interface ServeLog {
  /** Something happened to the daemon. */
  readonly onEvent: (text: string) => void;
  readonly onFinished: OnFinished;
}

/**
 * @param requests whether every request gets a line
 * @param write takes one line, without its end
 */
export function serveLog(format: LogFormat, requests: boolean, write: (line: string) => void): ServeLog {
  const stamped = (fields: object): string =>
    format === 'json'
      ? JSON.stringify({ time: new Date().toISOString(), ...fields })
      : Object.values(fields).join(' ');
  return {
    onEvent: (message) => write(format === 'json' ? stamped({ event: 'daemon', message }) : message),
    onFinished: requests ? (request) => write(stamped(fieldsOf(request))) : () => {},
  };
}

const fieldsOf = (request: FinishedRequest) => ({
  event: 'request',
  requestId: request.call.requestId,
  model: request.model,
  outcome: request.outcome,
  status: request.status,
  rows: request.rows,
  durationMs: roundTo(request.durationMs, 3),
  queueMs: roundTo(queueMsOf(request), 3),
  ...(request.message !== undefined && { message: request.message }),
});
