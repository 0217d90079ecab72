/**
 * A worker as a process of this machine, confined to its cores before the runtime starts. Where its cores change, its one session has as
 * many threads as it may ever have cores, none of which spins: on one core, batches of 2 then take 15.1 ms (SqueezeNet) and 77.6 ms
 * (ResNet-18) where a session of one thread takes 15.7 and 72.2, and one whose two threads spin 31 and 133 (p10, on cores that others
 * kept busy: npm run bench:resize). Another session would take 14 to 124 ms to open and its memory, and gain nothing that was seen.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { HarpError } from '../domain/errors.ts';
import type { Datatype, Tensor } from '../domain/tensor.ts';
import { confined } from '../machine/confine.ts';
import type { CommandLine } from '../machine/core-actuator.ts';
import { nodeEntry } from '../machine/node-entry.ts';
import type { Job, OutputRef, WorkerConfig, WorkerMessage } from './inference-worker.ts';
import { type BatchOutcome, type InferenceWorker, InputRefused, WorkerLost } from './worker-port.ts';

interface PendingJob {
  readonly resolve: (outcome: BatchOutcome) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** How much of what a dying process says is kept for the reason. */
const LAST_WORDS = 2000;

/** Where the process of a worker runs. */
export interface WorkerPlace {
  /** A command line that runs this one there from its start. */
  launch(command: string, args: readonly string[]): CommandLine;
  /** @throws Error where it keeps the cores that it has */
  resize(pid: number, cores: number): Promise<void>;
}

/** @param cores numbers of the cores that it may use */
export const fixedPlace = (cores: readonly number[]): WorkerPlace => ({
  launch: (command, args) => confined(cores, command, args),
  resize: async () => {
    throw new Error('its cores are fixed');
  },
});

export function startProcessWorker(config: WorkerConfig, place: WorkerPlace): InferenceWorker {
  const { command, args } = place.launch(process.execPath, [
    ...nodeEntry(import.meta.url, './inference-worker'),
    JSON.stringify(config),
  ]);
  // A group of its own: Ctrl-C in a terminal is the parent's to act on.
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  const control = child.stdio[3] as Socket;
  const outputFiles = config.outputFiles.map((file) => openSync(file, 'w+'));
  const pending: PendingJob[] = [];
  let settleReady: { resolve: () => void; reject: (error: Error) => void };
  const ready = new Promise<void>((resolve, reject) => {
    settleReady = { resolve, reject };
  });
  ready.catch(() => {});

  let killedBecause: string | undefined;
  const kill = (reason: string): void => {
    killedBecause ??= reason;
    child.kill('SIGKILL');
  };

  let turn = 0;
  onLines(control, (line) => {
    const message: WorkerMessage = JSON.parse(line);
    if (message.kind === 'ready') return settleReady.resolve();
    if (message.kind === 'refused') return settleReady.reject(new HarpError('bad-input', message.message));
    const job = pending.shift()!;
    clearTimeout(job.timer);
    const file = outputFiles[turn]!;
    turn = 1 - turn;
    if (message.kind === 'failed') {
      return job.reject(message.byEngine ? new InputRefused(message.message) : new Error(message.message));
    }
    try {
      const outputs = message.outputs.map((output) => readOutput(file, output));
      job.resolve({ computeMs: message.computeMs, outputs });
    } catch (error) {
      job.reject(error as Error);
    }
  });

  const exited = whenGone(child, control).then((how) => {
    const reason = killedBecause ?? how;
    settleReady.reject(new HarpError('missing-capability', `a worker ended before it was ready: ${reason}`));
    for (const job of pending.splice(0)) {
      clearTimeout(job.timer);
      job.reject(new WorkerLost(reason));
    }
    for (const file of outputFiles) closeSync(file);
    for (const file of config.outputFiles) rmSync(file, { force: true });
    return reason;
  });

  return {
    pid: child.pid,
    ready,
    exited,
    run: (slots, limitMs) =>
      new Promise((resolve, reject) => {
        if (!control.writable) return reject(new WorkerLost('the worker is gone'));
        const timer = setTimeout(
          () => kill(`it took more than ${Math.round(limitMs)} ms for a batch`),
          limitMs,
        );
        pending.push({ resolve, reject, timer });
        control.write(`${JSON.stringify({ slots } satisfies Job)}\n`);
      }),
    resize: (cores) => place.resize(child.pid!, cores),
    stop: async () => {
      control.end();
      await exited;
    },
    kill,
  };
}

function onLines(socket: Socket, handle: (line: string) => void): void {
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    text += chunk;
    const lines = text.split('\n');
    text = lines.pop()!;
    for (const line of lines) handle(line);
  });
  // What goes wrong with the socket shows in the exit of the process.
  socket.on('error', () => {});
}

/** Resolves when the process has ended and everything that it sent has been read. */
function whenGone(child: ChildProcess, control: Socket): Promise<string> {
  let lastWords = '';
  child.stderr!.setEncoding('utf8');
  child.stderr!.on('data', (chunk: string) => {
    lastWords = (lastWords + chunk).slice(-LAST_WORDS);
  });
  return new Promise((resolve) => {
    child.on('error', (error) => {
      control.destroy();
      resolve(error.message);
    });
    child.on('close', (code, signal) => {
      const how = signal === null ? `exit code ${code}` : `killed by ${signal}`;
      resolve(lastWords === '' ? how : `${how}: ${lastWords.trim()}`);
    });
  });
}

function readOutput(file: number, { name, datatype, dims, offset, bytes }: OutputRef): Tensor {
  const data = Buffer.allocUnsafe(bytes);
  const read = readSync(file, data, 0, bytes, offset);
  if (read < bytes) throw new Error(`output "${name}" was cut short: ${read} of ${bytes} bytes`);
  return { name, datatype: datatype as Datatype, dims, data };
}
