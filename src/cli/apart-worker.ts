/** The thread behind `workApart`: performs one task, and says what came of it. */
import { parentPort, workerData } from 'node:worker_threads';
import { HarpError } from '../domain/errors.ts';
import { perform, type RequestOf, type TaskName } from './tasks.ts';
import type { ApartMessage, Telling } from './work-apart.ts';

const { task, request } = workerData as { task: TaskName; request: RequestOf<TaskName> };
const say = (message: ApartMessage): void => parentPort!.postMessage(message);
const tell =
  (how: Telling) =>
  (text: string): void =>
    say({ kind: 'progress', how, text });

try {
  const progress = { update: tell('update'), step: tell('step'), warn: tell('warn'), stop: () => {} };
  say({ kind: 'result', result: await perform(task, request, progress) });
} catch (error) {
  if (error instanceof HarpError) {
    const { code, what, details } = error;
    say({ kind: 'refused', code, what, details });
  } else {
    say({ kind: 'failed', error: error as Error });
  }
}
