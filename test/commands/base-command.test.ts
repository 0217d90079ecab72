/** What every command does alike: how errors are told, exit codes, --json, --quiet, and no colour where nobody sees it. */
import { execFile, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import type { WriteStream } from 'node:tty';
import { fileURLToPath } from 'node:url';
import { Flags } from '@oclif/core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { BaseCommand, tellError } from '../../src/cli/base-command.ts';
import { count, countList, positive } from '../../src/cli/flags.ts';
import { terminalStyle } from '../../src/cli/terminal-style.ts';
import { noCommand } from '../../src/cli/unknown-command.ts';
import ExportPlan from '../../src/commands/export.ts';
import ModelCreate from '../../src/commands/model/create.ts';
import ProfileModels from '../../src/commands/profile.ts';
import Schema from '../../src/commands/schema.ts';
import Simulate from '../../src/commands/simulate.ts';
import { type ErrorCode, EXIT_CODES, HarpError } from '../../src/domain/errors.ts';
import { runCommand } from './run-command.ts';

let endIdling: (() => void) | undefined;

/** Does what its flags say. */
class Probe extends BaseCommand {
  static override flags = {
    fail: Flags.option({ options: Object.keys(EXIT_CODES) as ErrorCode[] })(),
    bug: Flags.boolean(),
    idle: Flags.boolean(),
    rate: positive(),
    rows: count(),
    sizes: countList(),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Probe);
    if (flags.fail) {
      throw new HarpError(flags.fail, 'it failed', {
        where: 'here',
        expected: 'a',
        got: 'b',
        hint: 'Do this.',
      });
    }
    if (flags.idle) {
      await new Promise<void>((resolve) => {
        endIdling = resolve;
      });
    }
    if (flags.bug) throw new TypeError('x is not a function');
    this.note('a note');
    this.log(this.style.bold('a result'));
    return { sizes: flags.sizes, rows: flags.rows };
  }
}

const probe = (...argv: string[]) => runCommand(Probe, argv);

describe('a result', () => {
  test('goes to stdout, what is beside it to stderr', async () => {
    expect(await probe()).toEqual({ stdout: 'a result\n', stderr: 'a note\n', exitCode: 0 });
  });

  test('is one JSON document and nothing else with --json', async () => {
    const { stdout, exitCode } = await probe('--json', '--sizes', '4,2,2', '--rows', '3');
    expect({ document: JSON.parse(stdout), exitCode }).toEqual({
      document: { sizes: [2, 4], rows: 3 },
      exitCode: 0,
    });
  });

  test.each(['stdout', 'stderr'] as const)('does not fail where nobody reads %s any more', (stream) => {
    const error = (code: string) => Object.assign(new Error(`write ${code}`), { code });
    expect(() => process[stream].emit('error', error('EPIPE'))).not.toThrow();
    expect(() => process[stream].emit('error', error('EIO'))).toThrow('EIO');
  });

  test('comes without notes with --quiet', async () => {
    expect((await probe('--quiet')).stderr).toBe('');
  });
});

describe('an error', () => {
  test.each(Object.entries(EXIT_CODES))(
    'of code %s ends with exit code %i, with --json too',
    async (code, exitCode) => {
      const text = await probe('--fail', code);
      expect(text).toEqual({
        stdout: '',
        stderr: 'Error: here: it failed (expected a, got b)\n  → Do this.\n',
        exitCode,
      });
      const json = await probe('--fail', code, '--json');
      expect(json).toMatchObject({ stderr: '', exitCode });
      expect(JSON.parse(json.stdout)).toEqual({
        error: { code, message: 'here: it failed (expected a, got b)', exitCode, hint: 'Do this.' },
      });
    },
  );

  test('of a disk that is full is no bug, wherever it came from', () => {
    const error = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      path: 'a.json',
    });
    expect(tellError(error).json.error).toEqual({
      code: 'missing-capability',
      message: 'a.json: no space left to write to (got a full disk, ENOSPC)',
      exitCode: 5,
      hint: 'Free some space there and run it again, or write to another disk.',
    });
  });

  test('that nobody foresaw is a bug: exit code 1, with its stack', async () => {
    const { stderr, exitCode } = await probe('--bug');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^Error: x is not a function\n {2}→ This is a bug in harp: please report it\.\nTypeError: .*\n +at /,
    );
    const { stdout } = await probe('--bug', '--json');
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'bug',
      message: 'x is not a function',
      exitCode: 1,
    });
  });

  test.each([
    ['an unknown flag', ['--nonsense'], /Nonexistent flag: --nonsense/],
    ['an argument too many', ['extra'], /Unexpected argument: extra/],
    ['a flag without its value', ['--rate'], /--rate expects a value/],
    ['a value not offered', ['--fail', 'x'], /Expected --fail=x to be one of: usage, bad-input/],
    ['no number', ['--rate', 'fast'], /^--rate: invalid value \(expected a number > 0, got "fast"\)$/],
    ['nothing', ['--rate', ''], /got ""\)$/],
    ['zero', ['--rate', '0'], /expected a number > 0, got "0"/],
    ['infinity', ['--rate', 'Infinity'], /expected a number > 0/],
    ['a broken count', ['--rows', '1.5'], /--rows: invalid value \(expected a whole number > 0, got "1.5"\)/],
    [
      'a broken list',
      ['--sizes', '1,,2'],
      /--sizes: invalid value \(expected whole numbers > 0 separated by commas/,
    ],
  ])('of usage, %s, says so and ends with 2', async (_, argv, message) => {
    const { stdout, exitCode } = await probe(...argv, '--json');
    const { error } = JSON.parse(stdout);
    expect({ exitCode, code: error.code, told: error.exitCode }).toEqual({
      exitCode: 2,
      code: 'usage',
      told: 2,
    });
    expect(error.message).toMatch(message);
    expect((await probe(...argv)).exitCode).toBe(2);
  });

  test.each([
    ['a misspelt flag', ['--rwos', '3'], 'Nonexistent flag: --rwos', 'Did you mean "--rows"? See --help.'],
    ['one with its value', ['--rwos=3'], 'Nonexistent flag: --rwos', 'Did you mean "--rows"? See --help.'],
    [
      'a misspelt value',
      ['--fail', 'usgae'],
      /^Expected --fail=usgae to be one of/,
      'Did you mean "usage"? See --help.',
    ],
    ['nothing like it', ['--nonsense'], 'Nonexistent flag: --nonsense', 'See --help.'],
  ])('of usage tells what was meant: %s', async (_, argv, message, hint) => {
    const { error } = JSON.parse((await probe(...argv, '--json')).stdout);
    expect(error.message).toMatch(message);
    expect(error.hint).toBe(hint);
  });

  test.each([
    [['paln', 'x.yaml'], 'there is no command "paln"', /^Did you mean "plan"\? harp --help/],
    [['modle', 'create'], 'there is no command "modle"', /^Did you mean "model create"\?/],
    [['model', 'crate', 'mlp'], 'there is no command "model crate"', /^Did you mean "model create"\?/],
    [['nonsense'], 'there is no command "nonsense"', /^harp --help lists/],
  ])('of a command that there is not, %o, names it alone, and what was meant', (words, message, hint) => {
    const error = noCommand(words, ['plan', 'profile', 'model create', 'model inspect']);
    expect(error.message).toContain(message);
    expect(error.details.hint).toMatch(hint);
  });

  test('of a flag that must be there says what it may be; of an argument nothing beside', async () => {
    const exported = await runCommand(ExportPlan, ['x.plan.json']);
    expect(exported.stderr).toContain('Missing required flag --to (expected triton or kubernetes)');
    const profiled = await runCommand(ProfileModels, []);
    expect(profiled.stderr).toBe(
      'Error: Missing 1 required arg:\nmodels  ONNX files, or folders of them\n  → See --help.\n',
    );
  });

  test.each([
    ['a schema', Schema, ['plann'], 'Did you mean "plan"?'],
    ['an architecture', ModelCreate, ['resnet1'], 'Did you mean "resnet18"?'],
    ['a dispatch rule', Simulate, ['x', '--dispatch', 'eagr'], 'Did you mean "eager"?'],
  ])('of a name that there is not, %s, tells the nearest', async (_, command, argv, meant) => {
    const { stderr, exitCode } = await runCommand(command, argv);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(meant);
  });
});

describe('a signal that no command watches for', () => {
  test.each([
    ['SIGINT', 'interrupted', 130],
    ['SIGTERM', 'terminated', 143],
  ] as const)('%s is told, and ends the process', async (signal, code, exitCode) => {
    const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
    for (const [argv, told] of [
      [[], { stderr: expect.stringMatching(new RegExp(`^Error: ${code}\n`)) }],
      [['--json'], { stdout: expect.stringMatching(new RegExp(`"code": "${code}"`)) }],
    ] as const) {
      endIdling = undefined;
      const running = probe('--idle', ...argv);
      await vi.waitFor(() => expect(endIdling).toBeDefined());
      process.emit(signal, signal);
      expect(exit).toHaveBeenLastCalledWith(exitCode);
      endIdling!();
      expect(await running).toMatchObject(told);
    }
  });

  test('is nobody’s any more when the command is done', async () => {
    const before = process.listenerCount('SIGINT');
    await probe();
    await probe('--fail', 'usage');
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});

describe('colour', () => {
  const stream = (isTTY: boolean) => ({ isTTY }) as WriteStream;
  afterEach(() => vi.unstubAllEnvs());

  test.each([
    ['a terminal has it', true, '', '\u001b[1mtext\u001b[22m'],
    ['a pipe has none', false, '', 'text'],
    ['NO_COLOR turns it off', true, '1', 'text'],
  ])('%s', (_, isTTY, noColor, expected) => {
    // Node itself would colour anything with this set, so that what is plain is so by our own decision.
    vi.stubEnv('FORCE_COLOR', '1');
    vi.stubEnv('NO_COLOR', noColor);
    expect(terminalStyle(stream(isTTY)).bold('text')).toBe(expected);
  });

  test('or none, a terminal says how wide tables may be; one without columns does not', () => {
    const terminal = { isTTY: true, columns: 140 } as WriteStream;
    expect([terminalStyle(terminal), terminalStyle(terminal, true)]).toMatchObject([
      { width: 140 },
      { width: 140 },
    ]);
    expect(terminalStyle(terminal, true).bold('text')).toBe('text');
    expect(terminalStyle(stream(true)).width).toBeUndefined();
    expect(terminalStyle({ isTTY: false, columns: 140 } as WriteStream).width).toBeUndefined();
  });
});

describe('the program', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));

  const harp = (...argv: string[]): Promise<{ stdout: string; stderr: string; exitCode: number }> =>
    new Promise((resolve) => {
      const child = execFile(process.execPath, [`${root}/bin/dev.js`, ...argv], (_, stdout, stderr) =>
        resolve({ stdout, stderr, exitCode: child.exitCode! }),
      );
    });

  test.runIf(existsSync('/dev/full'))('tells of a disk that takes no more of its result', () => {
    const stdout = openSync('/dev/full', 'w');
    try {
      const { status, stderr } = spawnSync(process.execPath, [`${root}/bin/dev.js`, 'schema', 'plan'], {
        stdio: ['ignore', stdout, 'pipe'],
        encoding: 'utf8',
      });
      expect(stderr).toMatch(
        /^Error: stdout: no space left to write to \(got a full disk, ENOSPC\)\n {2}→ Free some space.*\n$/,
      );
      expect(status).toBe(5);
    } finally {
      closeSync(stdout);
    }
  });

  test('tells an unknown command what there is', async () => {
    const text = await harp('nonsense');
    expect(text).toMatchObject({ stdout: '', exitCode: 2 });
    expect(text.stderr).toMatch(
      /^Error: there is no command "nonsense" \(expected .*load.*\)\n {2}→ harp --help/,
    );
    const json = await harp('nonsense', '--json');
    expect(json).toMatchObject({ stderr: '', exitCode: 2 });
    expect(JSON.parse(json.stdout).error).toMatchObject({ code: 'usage', exitCode: 2 });
  });

  test.each([[['--help']], [['-h']], [['load', '-h']]])(
    'answers %s with help, on stdout, without colour',
    async (argv) => {
      const { stdout, stderr, exitCode } = await harp(...argv);
      expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
      expect(stdout).toMatch(/USAGE\n {2}\$ harp/);
      expect(stdout).not.toContain('\u001b');
    },
  );

  test('ends with the exit code of the error', async () => {
    const { stdout, exitCode } = await harp(
      'load',
      'http://127.0.0.1:1',
      '--rate',
      '1',
      '--slo',
      '1',
      '--json',
    );
    expect(exitCode).toBe(5);
    expect(JSON.parse(stdout).error).toMatchObject({ code: 'missing-capability', exitCode: 5 });
  });
});
