/** What a daemon writes to stderr while it serves: one line an event, for people or as JSON. */
import { roundTo } from '../numeric/round-to.ts';
import {
  type FinishedRequest,
  type OnFinished,
  type OnRefused,
  queueMsOf,
  type RefusedRequest,
} from '../serving/finished-request.ts';

export const LOG_FORMATS = ['text', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

export interface ServeLog {
  /**
   * Something happened to the daemon.
   * @param fields beside the text, in JSON
   */
  readonly onEvent: (text: string, fields?: object) => void;
  readonly onFinished: OnFinished;
  readonly onRefused: OnRefused;
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
  const onEnd = (request: FinishedRequest | RefusedRequest): void => {
    if (requests) write(stamped(fieldsOf(request)));
  };
  return {
    onEvent: (message, fields = {}) =>
      write(format === 'json' ? stamped({ event: 'daemon', message, ...fields }) : message),
    onFinished: onEnd,
    onRefused: onEnd,
  };
}

const fieldsOf = (request: FinishedRequest | RefusedRequest) => ({
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
