/** Measures each point in a fresh process, confined to its cores before the runtime starts, since a session never gives back all its memory. */
import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { HarpError } from '../domain/errors.ts';
import { chooseCores } from '../machine/choose-cores.ts';
import { confined } from '../machine/confine.ts';
import { nodeEntry } from '../machine/node-entry.ts';
import type { MeasurePoint, PointOutcome } from './measure-point.ts';
import type { WorkerConfig, WorkerMessage } from './measure-worker.ts';

/** What is the same for all points of a sweep. */
export type MeasuringSetup = Omit<WorkerConfig, 'threads' | 'cores' | 'batchSize'>;

/** How much of what a dying process says is kept, to find the reason in. */
const LAST_WORDS = 4000;

/** @param usable core numbers that a point may be confined to, at least as many as any point needs */
export function measureInProcess(setup: MeasuringSetup, usable: readonly number[]): MeasurePoint {
  return async ({ cores, batchSize }, signal) => {
    const confinedTo = chooseCores(cores, usable);
    const config: WorkerConfig = { ...setup, threads: cores, cores: confinedTo, batchSize };
    const message = await runWorker(config, signal);
    signal.throwIfAborted();
    if (message.kind !== 'refused') return message;
    throw new HarpError(message.code, message.message, { hint: message.hint });
  };
}

function runWorker(config: WorkerConfig, signal: AbortSignal): Promise<WorkerMessage> {
  const { command, args } = confined(config.cores, process.execPath, [
    ...nodeEntry(import.meta.url, './measure-worker'),
    JSON.stringify(config),
  ]);
  // A group of its own: Ctrl-C in a terminal is the parent's to act on.
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const stop = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();

  let received: WorkerMessage | undefined;
  child.on('message', (message) => {
    received = message as WorkerMessage;
  });
  let lastWords = '';
  child.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
    lastWords = (lastWords + chunk).slice(-LAST_WORDS);
  });

  return new Promise<WorkerMessage>((resolve) => {
    child.on('error', (error) => resolve(lost(error.message, lastWords)));
    child.on('close', (code, killer) => {
      resolve(received ?? lost(killer === null ? `exit code ${code}` : `killed by ${killer}`, lastWords));
    });
  }).finally(() => signal.removeEventListener('abort', stop));
}

const lost = (how: string, lastWords: string): PointOutcome => ({
  kind: 'skipped',
  reason: [
    `the measuring process ended early: ${how}`,
    ...(how.includes('SIGKILL') ? ['often a sign of too little memory'] : []),
    ...tellingLine(lastWords),
  ].join('; '),
});

/** Of a stack trace or a log, the line that says what went wrong; the last one if none does. */
function tellingLine(lastWords: string): string[] {
  const lines = stripVTControlCharacters(lastWords)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const line = lines.find((text) => /error|terminate|fatal/i.test(text)) ?? lines.at(-1);
  return line === undefined ? [] : [line];
}
