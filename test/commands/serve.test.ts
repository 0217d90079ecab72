/** harp serve, as far as it goes without starting processes. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import Serve from '../../src/commands/serve.ts';
import { planOf } from '../plan-of.ts';
import { type CommandRun, runCommand } from './run-command.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-serve-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A plan whose model has not come along. */
function planFile(hardware: string): string {
  const plan = planOf('app', [{ name: 'm', file: 'm.onnx' }]);
  const [module] = plan.modules;
  const allocations = module!.allocations.map((allocation) => ({ ...allocation, hardware }));
  const file = join(folder, `${hardware}.plan.json`);
  writeFileSync(file, JSON.stringify({ ...plan, modules: [{ ...module, allocations }] }));
  return file;
}

describe('a plan whose model files are missing', () => {
  it('for hardware that is not here: 5, for that is what it lacks first', async () => {
    const { exitCode, stderr } = await runCommand(Serve, [planFile('gpu-a')]);
    expect(stderr).toMatch(/module m: the hardware "gpu-a" is not here \(expected gpu-a, got /);
    expect(stderr).toMatch(/--emulate/);
    expect(exitCode).toBe(5);
  });

  it('for this machine, or with --force: 2, naming the file', async () => {
    for (const argv of [[planFile('local')], [planFile('gpu-a'), '--force']]) {
      const { exitCode, stderr } = await runCommand(Serve, argv);
      expect(stderr).toMatch(/modules\.m\.model\.file: the model is not there/);
      expect(exitCode).toBe(2);
    }
  });
});

it('where no daemon can be noted none starts', async () => {
  vi.stubEnv('XDG_RUNTIME_DIR', folder);
  writeFileSync(join(folder, 'harp'), '');
  const { exitCode, stderr } = await runCommand(Serve, [planFile('gpu-a'), '--emulate', '--http=0']);
  vi.unstubAllEnvs();
  expect(stderr).toMatch(/^Error: \S+harp: there is no place to note which daemons run/);
  expect(exitCode).toBe(5);
});

describe('a daemon that logs JSON', () => {
  afterEach(() => vi.unstubAllEnvs());

  /** Serves on an emulated engine until one request, which is none, is answered. */
  async function served(argv: string[], statuses: number[]): Promise<CommandRun> {
    const runtime = mkdtempSync(join(folder, 'runtime-'));
    vi.stubEnv('XDG_RUNTIME_DIR', runtime);
    const running = runCommand(Serve, [
      planFile('gpu-a'),
      '--emulate',
      '--http=0',
      '--log-format=json',
      '--log-requests',
      ...argv,
    ]);
    const note = (): string =>
      join(runtime, 'harp', readdirSync(join(runtime, 'harp')).find((name) => name.endsWith('.json'))!);
    const { http } = await vi.waitFor(() => JSON.parse(readFileSync(note(), 'utf8')), {
      timeout: 20_000,
      interval: 5,
    });
    const { status } = await fetch(`${http}/v2/models/app/infer`, {
      method: 'POST',
      headers: { 'x-request-id': 'mine' },
      body: '{"inputs": 3}',
    });
    statuses.push(status);
    process.emit('SIGINT', 'SIGINT');
    return running;
  }

  const LISTENING = {
    event: 'daemon',
    message: expect.stringMatching(/^listening http=/),
    pid: process.pid,
    kind: 'listening',
  };
  const INVALID = {
    event: 'request',
    requestId: 'mine',
    model: 'app',
    outcome: 'invalid',
    status: 400,
    rows: 0,
    message: expect.stringMatching(/inputs/),
  };
  const EMULATED = { event: 'daemon', message: expect.stringMatching(/^Emulated/) };
  const STOPPING = { event: 'daemon', message: 'stopping: answering what was accepted' };

  it.each<[sentence: string, argv: string[], log: string | undefined, lines: object[], stdout: RegExp]>([
    [
      'a line an event, from its first to its last',
      [],
      undefined,
      [LISTENING, EMULATED, INVALID, STOPPING],
      /^listening http=http/,
    ],
    [
      'nothing else in a log that has both streams',
      [],
      'a.log',
      [LISTENING, EMULATED, INVALID, STOPPING],
      /^$/,
    ],
    ['nor with --json', ['--json'], 'a.log', [LISTENING, EMULATED, INVALID, STOPPING], /^$/],
    ['requests alone with --quiet', ['--quiet', '--json'], undefined, [INVALID], /^\{/],
  ])('%s, also of a request that was not understood', async (_, argv, log, lines, stdout) => {
    vi.stubEnv('HARP_DETACHED_LOG', log);
    const statuses: number[] = [];
    const run = await served(argv, statuses);
    expect(statuses).toEqual([400]);
    const said = run.stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(said).toMatchObject(lines);
    for (const { time } of said) expect(new Date(time).toISOString()).toBe(time);
    expect(run).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(stdout) });
  });
});
