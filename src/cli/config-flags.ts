/**
 * Flags from elsewhere than the command line: a configuration file with the flags' names as keys, and environment
 * variables. The command line goes before the file, the file before the environment.
 */
import type { FlagInput } from '@oclif/core/interfaces';
import { didYouMean } from '../domain/closest-name.ts';
import { HarpError } from '../domain/errors.ts';
import { readDocument } from '../files/read-document.ts';

/**
 * Each flag may also come as HARP_COMMAND_FLAG, as HARP_SERVE_QUEUE_LIMIT. What is switched on there can be switched off by whatever
 * goes before it: as --no-flag.
 */
export const withEnvironment = <Flags extends FlagInput>(command: string, flags: Flags): Flags =>
  Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => {
      const env = `HARP_${command}_${name}`.toUpperCase().replaceAll('-', '_');
      return [
        name,
        {
          ...flag,
          ...(flag.type === 'boolean' && { allowNo: true }),
          env,
          ...('parse' in flag && { parse: namingVariable(flag.parse, env) }),
        },
      ];
    }),
  ) as Flags;

/** As the parser takes them, without the others, which it would take for false. Empty is as if it were not there. */
const SWITCH = /^(true|false|1|0|yes|no|y|n|)$/i;

/** @throws HarpError `usage` for a switch that a variable sets to what is neither on nor off */
export function assertSwitches(flags: FlagInput): void {
  for (const { type, env } of Object.values(flags)) {
    const value = type === 'boolean' && env !== undefined ? process.env[env] : undefined;
    if (value === undefined || SWITCH.test(value)) continue;
    throw new HarpError('usage', 'invalid value', {
      where: env,
      expected: 'true or false, 1 or 0, yes or no',
      got: JSON.stringify(value),
    });
  }
}

/** Of a Service called as the prefix, which Kubernetes tells all that run beside it. */
const OF_KUBERNETES = /_(SERVICE_(HOST|PORT\w*)|PORT(_\d+_\w+)?)$/;

/** What to say of variables that begin as those of the command do, and are none of them. */
export function unknownVariables(command: string, flags: FlagInput): string[] {
  const prefix = `HARP_${command}_`;
  const known = Object.values(flags).flatMap(({ env }) => env ?? []);
  return Object.keys(process.env)
    .filter((name) => name.startsWith(prefix) && !known.includes(name) && !OF_KUBERNETES.test(name))
    .map((name) =>
      [`${name} is no flag of this command, and is passed over.`, didYouMean(name, known)]
        .filter(Boolean)
        .join(' '),
    );
}

type Parse = (
  input: string,
  context: { readonly argv: readonly string[] },
  flag: { name: string },
) => unknown;

/** A value that came from a variable is not one of the flag, which nobody wrote. */
function namingVariable(parse: unknown, env: string): Parse {
  return async (input, context, flag) => {
    try {
      return await (parse as Parse)(input, context, flag);
    } catch (error) {
      if (!(error instanceof HarpError) || process.env[env] !== input || isSaid(context.argv, flag.name))
        throw error;
      throw new HarpError(error.code, error.what, { ...error.details, where: env });
    }
  };
}

const isSaid = (argv: readonly string[], name: string): boolean =>
  argv.some((argument) => [`--${name}`, `--no-${name}`].includes(argument.split('=')[0]!));

/**
 * The command line with the flags of its `--config FILE`, or that of the environment, before its own.
 * @throws HarpError `bad-input` for what is no flag of the command, or no value for one
 */
export function withConfigFile(argv: readonly string[], flags: FlagInput): string[] {
  const at = argv.findIndex((argument) => argument === '--config' || argument.startsWith('--config='));
  const [said = '', next] = at < 0 ? [] : argv.slice(at);
  const inline = said.startsWith('--config=');
  const named = inline ? said.slice('--config='.length) : next;
  const file = at < 0 ? process.env[flags.config?.env ?? ''] : named;
  if (!file) return [...argv];
  const rest = at < 0 ? argv : argv.filter((_, index) => index !== at && (inline || index !== at + 1));
  // What the command line says is not said twice.
  return [
    ...Object.entries(entriesOf(file)).flatMap(([name, value]) =>
      isSaid(rest, name) ? [] : asFlag(name, value),
    ),
    ...rest,
  ];

  function asFlag(name: string, value: unknown): string[] {
    const flag = flags[name];
    const where = `${file}: ${name}`;
    if (flag === undefined || name === 'config') {
      const expected = Object.keys(flags).filter((each) => each !== 'config');
      throw new HarpError('bad-input', 'not a flag of this command', {
        where,
        expected: expected.join(', '),
      });
    }
    if (flag.type === 'boolean') {
      if (typeof value !== 'boolean') throw badValue(where, 'true or false', value);
      return [value ? `--${name}` : `--no-${name}`];
    }
    if (typeof value !== 'string' && typeof value !== 'number')
      throw badValue(where, 'a string or a number', value);
    return [`--${name}`, String(value)];
  }
}

function entriesOf(file: string): Record<string, unknown> {
  const document = readDocument(file) ?? {};
  if (typeof document === 'object' && !Array.isArray(document)) return document as Record<string, unknown>;
  throw new HarpError('bad-input', 'not a configuration', {
    where: file,
    expected: 'flags and their values, as "http: 127.0.0.1:9000"',
    got: Array.isArray(document) ? 'a list' : typeof document,
  });
}

const badValue = (where: string, expected: string, got: unknown): HarpError =>
  new HarpError('bad-input', 'invalid value', { where, expected, got: JSON.stringify(got) });
