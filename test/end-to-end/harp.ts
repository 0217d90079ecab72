/** Runs harp as users do: as processes, by bin/run.js. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const HARP = fileURLToPath(new URL('../../bin/run.js', import.meta.url));

export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const spawnHarp = (
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
  /** An open file, where it reads one. */
  stdin: 'ignore' | number = 'ignore',
): ChildProcess =>
  spawn(process.execPath, [HARP, ...args], {
    cwd,
    stdio: [stdin, 'pipe', 'pipe'],
    // Daemons of tests are nobody else's to find and stop.
    env: { ...process.env, XDG_RUNTIME_DIR: cwd, ...environment },
  });

export async function harp(...args: Parameters<typeof spawnHarp>): Promise<Finished> {
  return finished(spawnHarp(...args));
}

export async function finished(child: ChildProcess): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  child.stdout!.setEncoding('utf8').on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr!.setEncoding('utf8').on('data', (chunk) => {
    stderr += chunk;
  });
  const [exitCode] = await once(child, 'close');
  return { exitCode, stdout, stderr };
}

export interface RunningServer {
  readonly url: string;
  readonly grpc: string;
  readonly child: ChildProcess;
  /** What it has said on stderr so far. */
  log(): string;
  /** Sends SIGTERM and waits. */
  stop(): Promise<Finished>;
}

/** Starts `harp serve` on a free port; resolves when it listens. */
export async function serve(args: readonly string[], cwd: string): Promise<RunningServer> {
  const child = spawnHarp(['serve', ...args, '--http', '127.0.0.1:0'], cwd);
  const end = finished(child);
  let log = '';
  child.stderr!.on('data', (chunk) => {
    log += chunk;
  });
  const listening = new Promise<[url: string, grpc: string]>((resolve) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const [, url, grpc] = /^listening http=(\S+) grpc=(\S+)/.exec(line) ?? [];
      if (url !== undefined) resolve([url, grpc!]);
    });
  });
  const [url, grpc] = await Promise.race([
    listening,
    end.then(({ exitCode, stderr }) => {
      throw new Error(`harp serve ended with ${exitCode}: ${stderr}`);
    }),
  ]);
  return {
    url,
    grpc,
    child,
    log: () => log,
    stop: () => {
      child.kill('SIGTERM');
      return end;
    },
  };
}

/** Processes that were started by this one, with those that they started. */
export async function descendants(pid: number): Promise<number[]> {
  const { readFileSync } = await import('node:fs');
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter(Boolean)
    .map(Number);
  return (await Promise.all(children.map(async (child) => [child, ...(await descendants(child))]))).flat();
}
