import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Flags, Parser } from '@oclif/core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  assertSwitches,
  unknownVariables,
  withConfigFile,
  withEnvironment,
} from '../../src/cli/config-flags.ts';
import { count } from '../../src/cli/flags.ts';

const FLAGS = withEnvironment('SERVE', {
  http: Flags.string(),
  'queue-limit': Flags.integer(),
  emulate: Flags.boolean(),
  config: Flags.string(),
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const config = (text: string): string => {
  const file = join(folder, 'c.yaml');
  writeFileSync(file, text);
  return file;
};

describe('a value that is none', () => {
  const flags = withEnvironment('SERVE', { 'body-limit': count() });
  const parsed = (argv: string[]) => Parser.parse(argv, { flags, context: { argv } as never });
  afterAll(() => vi.unstubAllEnvs());

  it.each<[sentence: string, argv: string[], says: RegExp]>([
    ['of a variable names the variable', [], /\tHARP_SERVE_BODY_LIMIT: invalid value .*got "abc"/],
    [
      'of the command line names the flag',
      ['--body-limit', 'abc'],
      /\t--body-limit: invalid value .*got "abc"/,
    ],
  ])('%s', async (_, argv, says) => {
    vi.stubEnv('HARP_SERVE_BODY_LIMIT', 'abc');
    await expect(parsed(argv)).rejects.toThrow(says);
  });
});

describe('flags from a file', () => {
  it('go before those of the command line, which win', () => {
    const file = config('http: 127.0.0.1:1\nqueue-limit: 5\nemulate: true\n');
    expect(withConfigFile(['plan.json', '--config', file, '--http', '127.0.0.1:2'], FLAGS)).toEqual([
      '--queue-limit',
      '5',
      '--emulate',
      'plan.json',
      '--http',
      '127.0.0.1:2',
    ]);
  });

  it('false is said, too; an empty file says nothing; without a file nothing changes', () => {
    expect(withConfigFile([`--config=${config('emulate: false\n')}`], FLAGS)).toEqual(['--no-emulate']);
    expect(withConfigFile([`--config=${config('')}`], FLAGS)).toEqual([]);
    expect(withConfigFile(['plan.json', '--emulate'], FLAGS)).toEqual(['plan.json', '--emulate']);
  });

  it('the environment may name the file, unless the command line does', () => {
    vi.stubEnv('HARP_SERVE_CONFIG', config('queue-limit: 5\n'));
    expect(withConfigFile(['plan.json'], FLAGS)).toEqual(['--queue-limit', '5', 'plan.json']);
    expect(withConfigFile(['plan.json', '--config=/dev/null'], FLAGS)).toEqual(['plan.json']);
    vi.unstubAllEnvs();
  });

  it.each<[sentence: string, text: string, says: RegExp]>([
    ['a name that is no flag', 'emulat: true', /emulat: not a flag .*http, queue-limit, emulate/],
    ['a value of another kind', 'emulate: 3', /emulate: invalid value .*true or false.*3/],
    ['a list for a value', 'http: [a]', /http: invalid value .*a string or a number/],
    ['a file that is a list', '- a', /not a configuration/],
    ['a configuration in a configuration', 'config: other.yaml', /config: not a flag/],
  ])('refuses %s', (_, text, says) => {
    expect(() => withConfigFile(['--config', config(text)], FLAGS)).toThrow(says);
  });
});

describe('a switch is as the first of command line, file and environment says', () => {
  const CASES: [line: string[], file: string, environment: string | undefined, on: boolean][] = [];
  for (const [environment, byEnvironment] of [
    ['true', true],
    ['false', false],
    [undefined, false],
  ] as const) {
    for (const [file, byFile] of [
      ['emulate: true', true],
      ['emulate: false', false],
      ['', undefined],
    ] as const) {
      for (const [line, byLine] of [
        ['--emulate', true],
        ['--no-emulate', false],
        ['', undefined],
      ] as const)
        CASES.push([line ? [line] : [], file, environment, byLine ?? byFile ?? byEnvironment]);
    }
  }
  it.each(CASES)('%j, "%s", %s: %s', async (line, file, environment, on) => {
    vi.stubEnv('HARP_SERVE_EMULATE', environment);
    const argv = withConfigFile(['--config', config(file), ...line], FLAGS);
    const { flags } = await Parser.parse(argv, { flags: FLAGS, strict: true });
    vi.unstubAllEnvs();
    expect(flags.emulate ?? false).toBe(on);
  });
});

describe('the environment', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each(['true', 'False', '1', '0', 'YES', 'no', ''])('a switch may be "%s"', (value) => {
    vi.stubEnv('HARP_SERVE_EMULATE', value);
    expect(() => assertSwitches(FLAGS)).not.toThrow();
  });

  it.each(['maybe', 'on', 'truee', ' true'])(
    'a switch that is "%s" is refused, not taken for off',
    (value) => {
      vi.stubEnv('HARP_SERVE_EMULATE', value);
      expect(() => assertSwitches(FLAGS)).toThrow(
        `HARP_SERVE_EMULATE: invalid value (expected true or false, 1 or 0, yes or no, got "${value}")`,
      );
    },
  );

  it('names that are none are told with what was meant, but for those of Kubernetes', () => {
    for (const name of ['HTTP', 'QUEUE_LIMT', 'SERVICE_HOST', 'PORT', 'PORT_8000_TCP_ADDR'])
      vi.stubEnv(`HARP_SERVE_${name}`, '1');
    expect(unknownVariables('SERVE', FLAGS)).toEqual([
      'HARP_SERVE_QUEUE_LIMT is no flag of this command, and is passed over. Did you mean "HARP_SERVE_QUEUE_LIMIT"?',
    ]);
  });
});

it('every flag has an environment variable of its own', () => {
  expect(FLAGS['queue-limit'].env).toBe('HARP_SERVE_QUEUE_LIMIT');
});
