/** onnxruntime in a process of its own, asked about models before they are trusted: it may crash, and this process goes on. */
import { type ChildProcess, spawn } from 'node:child_process';
import { nodeEntry } from '../machine/node-entry.ts';
import type { CompareRequest, Comparison, InferredValue, ProbeAnswer, ProbeRequest } from './probe-port.ts';

/** The runtime does not take the model, or went down with it. */
export class ModelRefused extends Error {
  override readonly name = 'ModelRefused';
}

export interface RuntimeProbe {
  /**
   * Types and shapes of a model's inputs and outputs.
   * @throws ModelRefused
   */
  inferShapes(model: Uint8Array): Promise<readonly InferredValue[]>;
  /**
   * Runs seeded random rows alone and in batches.
   * @throws ModelRefused where the original model does not run
   */
  compare(request: CompareRequest): Promise<Comparison>;
  /**
   * Opens a small model with this execution provider.
   * @throws ModelRefused
   */
  open(provider: string): Promise<void>;
  close(): void;
}

/** One request at a time; the process starts with the first one. */
export function openProbe(signal: AbortSignal): RuntimeProbe {
  let child: ChildProcess | undefined;
  const ask = async (request: ProbeRequest): Promise<ProbeAnswer> => {
    signal.throwIfAborted();
    if (!child?.connected) child = start();
    const answer = await exchange(child, request, signal);
    if (answer.kind === 'failed') throw new ModelRefused(answer.message);
    return answer;
  };
  return {
    inferShapes: async (model) => {
      const answer = await ask({ kind: 'shapes', model });
      return answer.kind === 'shapes' ? answer.values : [];
    },
    compare: async (request) => {
      const answer = await ask({ kind: 'compare', ...request });
      if (answer.kind !== 'comparison') throw new Error(`a probe answered "${answer.kind}" to "compare"`);
      return answer.comparison;
    },
    open: async (provider) => {
      await ask({ kind: 'open', provider });
    },
    close: () => void child?.kill('SIGKILL'),
  };
}

// A group of its own: Ctrl-C in a terminal is the parent's to act on. What the runtime logs is in its errors too.
const start = (): ChildProcess =>
  spawn(process.execPath, nodeEntry(import.meta.url, './probe-worker'), {
    detached: true,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });

function exchange(child: ChildProcess, request: ProbeRequest, signal: AbortSignal): Promise<ProbeAnswer> {
  return new Promise<ProbeAnswer>((resolve, reject) => {
    const onMessage = (answer: unknown): void => settle(() => resolve(answer as ProbeAnswer));
    const onExit = (code: number | null, killer: string | null): void =>
      settle(() => reject(new ModelRefused(`it ended the process: ${killer ?? `exit code ${code}`}`)));
    const onError = (error: Error): void => settle(() => reject(error));
    const onAbort = (): void => {
      child.kill('SIGKILL');
      settle(() => reject(signal.reason));
    };
    const settle = (then: () => void): void => {
      child.off('message', onMessage).off('exit', onExit).off('error', onError);
      signal.removeEventListener('abort', onAbort);
      then();
    };
    child.on('message', onMessage).on('exit', onExit).on('error', onError);
    signal.addEventListener('abort', onAbort);
    child.send(request);
  });
}
