/**
 * Work that computes without a pause is done in a thread of its own: this one then hears signals at once, and tells how far the work
 * had come. Costs what a thread takes to load the task's modules, which this one then need not.
 */
import { type ErrorCode, type ErrorDetails, HarpError } from '../domain/errors.ts';
import { nodeThread } from '../machine/node-entry.ts';
import type { Progress } from './progress.ts';
import type { RequestOf, ResultOf, TaskName } from './tasks.ts';

export type Telling = 'update' | 'step' | 'warn';

export type ApartMessage =
  | { readonly kind: 'progress'; readonly how: Telling; readonly text: string }
  | { readonly kind: 'result'; readonly result: unknown }
  | {
      readonly kind: 'refused';
      readonly code: ErrorCode;
      readonly what: string;
      readonly details: ErrorDetails;
    }
  | { readonly kind: 'failed'; readonly error: Error };

export interface Attention {
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** @throws what the task throws; once the signal is aborted its reason, with what becomes of the work */
export async function workApart<Name extends TaskName>(
  task: Name,
  request: RequestOf<Name>,
  { signal, progress }: Attention,
): Promise<ResultOf<Name>> {
  signal.throwIfAborted();
  const worker = nodeThread(import.meta.url, './apart-worker', { task, request });
  let last: string | undefined;
  let onAbort = (): void => {};
  try {
    return await new Promise<ResultOf<Name>>((resolve, reject) => {
      onAbort = () => reject(interruptedAt(signal.reason, last));
      signal.addEventListener('abort', onAbort, { once: true });
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`the thread of ${task} ended with ${code}`)));
      worker.on('message', (message: ApartMessage) => {
        switch (message.kind) {
          case 'progress':
            last = message.text;
            progress[message.how](message.text);
            break;
          case 'result':
            resolve(message.result as ResultOf<Name>);
            break;
          case 'refused':
            reject(new HarpError(message.code, message.what, message.details));
            break;
          case 'failed':
            reject(message.error);
        }
      });
    });
  } finally {
    signal.removeEventListener('abort', onAbort);
    progress.stop();
    void worker.terminate();
  }
}

/** A bar of progress says nothing afterwards. */
const BAR = /^[█░]+ /;

function interruptedAt(reason: unknown, last: string | undefined): unknown {
  if (!(reason instanceof HarpError)) return reason;
  const place = last === undefined ? '' : `; it had come to ${last.replace(BAR, '')}`;
  return new HarpError(reason.code, reason.what, {
    hint: `Nothing is kept of what was computed${place}.`,
  });
}
