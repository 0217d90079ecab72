/** Wires `harp status` and `harp stop`: daemons of this user that run on this machine. */
import type { DaemonStatus, RunningDaemon, StoppedDaemons } from '../domain/daemon.ts';
import { HarpError } from '../domain/errors.ts';
import { isAlive, runningDaemons, unregisterDaemon } from '../files/running-daemons.ts';

const ANSWER_LIMIT_MS = 2000;
const LOOK_EVERY_MS = 50;

export async function daemonStatus(): Promise<DaemonStatus> {
  const daemons = runningDaemons().map(async (daemon) => ({ ...daemon, ready: await isReady(daemon) }));
  return { schemaVersion: 1, kind: 'status', daemons: await Promise.all(daemons) };
}

/** Asks without a token, and of this machine's own daemon: who signed its certificate does not matter. */
async function isReady({ http }: RunningDaemon): Promise<boolean> {
  const { get } = http.startsWith('https:') ? await import('node:https') : await import('node:http');
  return new Promise((resolve) => {
    const options = { rejectUnauthorized: false, timeout: ANSWER_LIMIT_MS };
    const request = get(`${http}/v2/health/ready`, options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

/**
 * Tells daemons to stop, and waits until they have answered what they accepted.
 * @param which the process of one, all of them, or the only one
 * @returns those that ran
 * @throws HarpError where there is none and not all were meant, or one does not stop in time
 */
export async function stopDaemons(which: number | 'all' | 'only', limitMs: number): Promise<StoppedDaemons> {
  const pid = typeof which === 'number' ? which : undefined;
  const daemons = runningDaemons().filter((daemon) => pid === undefined || daemon.pid === pid);
  if (which === 'only' && daemons.length > 1) {
    throw new HarpError('usage', 'more than one daemon runs', {
      expected: 'the process of one, or --all',
      got: daemons.map((daemon) => `${daemon.pid} (${daemon.application})`).join(', '),
    });
  }
  // All of none are stopped; a script that ends with it ends well.
  if (daemons.length === 0 && which !== 'all') {
    throw new HarpError('bad-input', pid === undefined ? 'no daemon runs' : 'no such daemon runs', {
      ...(pid !== undefined && { got: String(pid) }),
      hint: 'harp status lists those that do.',
    });
  }
  for (const daemon of daemons) process.kill(daemon.pid, 'SIGTERM');
  const endMs = performance.now() + limitMs;
  while (daemons.some((daemon) => isAlive(daemon.pid))) {
    if (performance.now() > endMs) {
      throw new HarpError('missing-capability', `did not stop within ${limitMs / 1000} s`, {
        got: daemons
          .filter((daemon) => isAlive(daemon.pid))
          .map((daemon) => daemon.pid)
          .join(', '),
        hint: 'It may still be answering; wait longer with --wait, or end it with kill -9.',
      });
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  for (const daemon of daemons) unregisterDaemon(daemon.pid);
  return { schemaVersion: 1, kind: 'stopped', stopped: daemons };
}
