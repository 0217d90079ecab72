/**
 * Moves running processes between cores by CPU affinity: `taskset` for every thread of a process, run by one shell that stays, so
 * that a resize does not hold up the daemon for as long as starting a process takes.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { cpuList } from './confine.ts';

export interface Taskset {
  /** Resolves when every thread of the process is on these cores. @throws Error where it could not be moved */
  move(pid: number, cores: readonly number[]): Promise<void>;
  close(): void;
}

/** Threads may come while others are moved: those that are new inherit from one that was. One line of answer for each of input. */
const SCRIPT =
  'while read -r pid cores; do if e=$(taskset -apc "$cores" "$pid" 2>&1 >/dev/null); then echo; else echo failed $e; fi; done';

export function startTaskset(): Taskset {
  const shell = spawn('sh', ['-c', SCRIPT], { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
  const waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  createInterface({ input: shell.stdout }).on('line', (line) => {
    const asked = waiting.shift();
    if (line === '') asked?.resolve();
    else asked?.reject(new Error(line));
  });
  const fail = (error: Error): void => {
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  shell.on('error', fail);
  shell.on('exit', () => fail(new Error('the shell that runs taskset has ended')));
  // What goes wrong with the pipe shows in its exit.
  shell.stdin.on('error', () => {});
  return {
    move: (pid, cores) =>
      new Promise((resolve, reject) => {
        if (!shell.stdin.writable) return reject(new Error('the shell that runs taskset has ended'));
        waiting.push({ resolve, reject });
        shell.stdin.write(`${pid} ${cpuList(cores)}\n`);
      }),
    close: () => shell.stdin.end(),
  };
}
