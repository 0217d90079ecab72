import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

const MODULE = new URL('../../src/files/read-stdin.ts', import.meta.url).href;

/** Reads stdin in a process of its own, after its stream has been looked at. */
const PROGRAM = `
  import { register } from 'tsx/esm/api';
  register();
  const { readStdin } = await import(${JSON.stringify(MODULE)});
  void process.stdin.isTTY;
  process.stdout.write('reading\\n');
  process.stdout.write(readStdin());
`;

test('waits for a pipe whose other end is still working', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], { stdio: 'pipe' });
  let said = '';
  child.stdout.on('data', (text) => {
    said += text;
    // The end comes only once the reader is known to wait.
    if (String(text).includes('reading')) child.stdin.end('b'.repeat(100_000));
  });
  child.stdin.write('a');
  const [exitCode] = await once(child, 'close');
  expect(exitCode).toBe(0);
  expect(said).toBe(`reading\na${'b'.repeat(100_000)}`);
});
