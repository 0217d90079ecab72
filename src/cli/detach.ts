/** Starts a daemon that outlives this process, and waits until it listens. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningDaemon } from '../domain/daemon.ts';
import {
  type ErrorCode,
  type ErrorDocument,
  EXIT_CODES,
  errorDocumentSchema,
  HarpError,
} from '../domain/errors.ts';
import { daemonFolder, runningDaemons } from '../files/running-daemons.ts';

const LOOK_EVERY_MS = 50;

/**
 * @param argv of `harp serve`, with the flags of its configuration file
 * @param stdin `inherit` for a plan that comes from there: the daemon reads it
 * @throws HarpError with what the daemon said where it ended instead of listening, and with the exit code that it had
 */
export async function detach(
  argv: readonly string[],
  stdin: 'inherit' | 'ignore',
  signal: AbortSignal,
): Promise<RunningDaemon> {
  const log = join(daemonFolder(), `${process.pid}.log`);
  const output = openSync(log, 'w');
  const env: NodeJS.ProcessEnv = { ...process.env, [LOG_VARIABLE]: log };
  for (const name of TOLD_BY_ARGUMENTS) delete env[name];
  const child = spawn(
    process.execPath,
    [process.argv[1]!, 'serve', ...argv.filter((argument) => argument !== '--detach')],
    {
      detached: true,
      stdio: [stdin, output, output],
      env,
    },
  );
  closeSync(output);
  let ending: Ending | undefined;
  void once(child, 'exit').then(([exitCode, killedBy]) => {
    ending = exitCode ?? killedBy;
  });
  while (ending === undefined) {
    const daemon = runningDaemons().find(({ pid }) => pid === child.pid);
    if (daemon !== undefined) {
      child.unref();
      return daemon;
    }
    if (signal.aborted) {
      child.kill('SIGTERM');
      throw signal.reason;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  throw endedEarly(ending, log, readFileSync(log, 'utf8'));
}

/** Its exit code, or the signal that ended it. */
type Ending = number | NodeJS.Signals;

/** A daemon that is killed as it starts was too large for the machine more often than not. */
const ERROR_BY_ENDING: Readonly<Partial<Record<Ending, ErrorCode>>> = {
  [EXIT_CODES['bad-input']]: 'bad-input',
  [EXIT_CODES.infeasible]: 'infeasible',
  [EXIT_CODES.unstable]: 'unstable',
  [EXIT_CODES['missing-capability']]: 'missing-capability',
  [EXIT_CODES.interrupted]: 'interrupted',
  [EXIT_CODES.terminated]: 'terminated',
  SIGINT: 'interrupted',
  SIGTERM: 'terminated',
  SIGKILL: 'missing-capability',
};

/** @returns the daemon's own error, with its exit code; a bug, 1, for every ending that harp does not have */
export function endedEarly(ending: Ending, log: string, said: string): Error {
  const told = typeof ending === 'number' ? toldBy(said) : undefined;
  if (told !== undefined) {
    const { code = ERROR_BY_ENDING[ending], message, hint } = told;
    if (code === undefined || code === 'bug') return new Error(`${message} (its stack is in ${log})`);
    return new HarpError(code, message, {
      hint: [hint, `The daemon's log is ${log}.`].filter(Boolean).join(' '),
    });
  }
  const lines = said.trim().split('\n').slice(0, 4).join('; ');
  const got = typeof ending === 'number' ? lines : [`killed by ${ending}`, lines].filter(Boolean).join('; ');
  const what = 'the daemon ended before it listened';
  const code = ERROR_BY_ENDING[ending];
  if (code === undefined) return new Error(`${log}: ${what} (got ${got})`);
  return new HarpError(code, what, { where: log, got, hint: 'Run it without --detach to see more.' });
}

interface ToldError extends Pick<ErrorDocument['error'], 'message' | 'hint'> {
  /** That of a text is not said. */
  readonly code?: ErrorDocument['error']['code'];
}

/** The last error in what a command said, as text or as a document. */
function toldBy(said: string): ToldError | undefined {
  const document = said.slice(said.lastIndexOf('{\n  "error": '));
  try {
    return errorDocumentSchema.parse(JSON.parse(document)).error;
  } catch {
    const [, message, hint] = [...said.matchAll(/^Error: (.+)(?:\n {2}→ (.+))?$/gm)].at(-1) ?? [];
    return message === undefined ? undefined : { message, ...(hint !== undefined && { hint }) };
  }
}

/** A daemon that is told again to detach starts another instead of listening, and that one another. */
const TOLD_BY_ARGUMENTS = ['HARP_SERVE_DETACH', 'HARP_SERVE_CONFIG'];

/** Tells a detached daemon where its output goes. */
const LOG_VARIABLE = 'HARP_DETACHED_LOG';

export const detachedLog = (): string | undefined => process.env[LOG_VARIABLE];
