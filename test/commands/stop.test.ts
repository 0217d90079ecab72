import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import Stop from '../../src/commands/stop.ts';
import { listeningAt, stoppedSchema } from '../../src/domain/daemon.ts';
import { renderDetached } from '../../src/report/serve-table.ts';
import { runCommand } from './run-command.ts';

/** Where no daemon has left a file. Set before each test: what is stubbed is undone after each. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-stop-'));
  vi.stubEnv('XDG_RUNTIME_DIR', folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

test('all of none are stopped: no error, and an empty list', async () => {
  expect(await runCommand(Stop, ['--all'])).toEqual({ stdout: 'no daemon runs\n', stderr: '', exitCode: 0 });
  const { stdout, exitCode } = await runCommand(Stop, ['--all', '--json']);
  expect({ exitCode, ...stoppedSchema.parse(JSON.parse(stdout)) }).toMatchObject({
    exitCode: 0,
    stopped: [],
  });
});

test.each<[string, string[]]>([
  ['the only one', []],
  ['one by its number', ['4711']],
])('%s that is not there is an error', async (_, argv) => {
  const { stderr, exitCode } = await runCommand(Stop, argv);
  expect({ stderr, exitCode }).toEqual({
    stderr: expect.stringMatching(/daemon runs/),
    exitCode: 2,
  });
});

test('a daemon in the background names its log on the second line, one in the foreground has none', () => {
  const listening = listeningAt({ http: 'http://a', grpc: 'b', metrics: 'c', pid: 7 });
  expect(renderDetached({ ...listening, log: '/tmp/7.log' })).toBe(
    'listening http=http://a grpc=b metrics=c pid=7\nlog /tmp/7.log',
  );
  expect(renderDetached(listening)).toBe('listening http=http://a grpc=b metrics=c pid=7');
});
