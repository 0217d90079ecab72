/** Runs a command in this process, and collects what it says. */
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

export interface CommandRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export async function runCommand(
  command: { run(argv: string[], root: string): Promise<unknown> },
  argv: string[],
): Promise<CommandRun> {
  const written = { stdout: '', stderr: '' };
  const collect = (stream: 'stdout' | 'stderr') =>
    vi.spyOn(process[stream], 'write').mockImplementation((chunk) => {
      written[stream] += String(chunk);
      return true;
    });
  const spies = [collect('stdout'), collect('stderr')];
  const exitCodeBefore = process.exitCode;
  process.exitCode = undefined;
  try {
    await command.run(argv, ROOT);
    return { ...written, exitCode: Number(process.exitCode ?? 0) };
  } finally {
    process.exitCode = exitCodeBefore;
    for (const spy of spies) spy.mockRestore();
  }
}
