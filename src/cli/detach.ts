/** Starts a daemon that outlives this process, and waits until it listens. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningDaemon } from '../domain/daemon.ts';
import { EXIT_CODES, HarpError } from '../domain/errors.ts';
import { daemonFolder, runningDaemons } from '../files/running-daemons.ts';

const LOOK_EVERY_MS = 50;

/**
 * @param argv of `harp serve`, with the flags of its configuration file
 * @throws HarpError with what the daemon said where it ended instead of listening
 */
export async function detach(argv: readonly string[], signal: AbortSignal): Promise<RunningDaemon> {
  const log = join(daemonFolder(), `${process.pid}.log`);
  const output = openSync(log, 'w');
  const env: NodeJS.ProcessEnv = { ...process.env, [LOG_VARIABLE]: log };
  for (const name of TOLD_BY_ARGUMENTS) delete env[name];
  const child = spawn(
    process.execPath,
    [process.argv[1]!, 'serve', ...argv.filter((argument) => argument !== '--detach')],
    {
      detached: true,
      stdio: ['ignore', output, output],
      env,
    },
  );
  closeSync(output);
  let exitCode: number | undefined;
  void once(child, 'exit').then(([code]) => {
    exitCode = code ?? 1;
  });
  while (exitCode === undefined) {
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
  throw new HarpError(
    exitCode === EXIT_CODES['bad-input'] ? 'bad-input' : 'missing-capability',
    'the daemon ended before it listened',
    {
      where: log,
      got: readFileSync(log, 'utf8').trim().split('\n').slice(0, 4).join('; '),
      hint: 'Run it without --detach to see more.',
    },
  );
}

/** A daemon that is told again to detach starts another instead of listening, and that one another. */
const TOLD_BY_ARGUMENTS = ['HARP_SERVE_DETACH', 'HARP_SERVE_CONFIG'];

/** Tells a detached daemon where its output goes. */
const LOG_VARIABLE = 'HARP_DETACHED_LOG';

export const detachedLog = (): string | undefined => process.env[LOG_VARIABLE];
