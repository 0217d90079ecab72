/** Stands in for src/cli/work-apart.ts while commands are tested (vitest.config.ts): in this thread, where sources need no bundle. */

import { perform, type RequestOf, type ResultOf, type TaskName } from '../src/cli/tasks.ts';
import type { Attention } from '../src/cli/work-apart.ts';

export async function workApart<Name extends TaskName>(
  task: Name,
  request: RequestOf<Name>,
  { progress }: Attention,
): Promise<ResultOf<Name>> {
  try {
    return await perform(task, request, progress);
  } finally {
    progress.stop();
  }
}
