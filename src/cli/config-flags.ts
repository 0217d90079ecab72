/**
 * Flags from elsewhere than the command line: a configuration file with the flags' names as keys, and environment
 * variables. The command line goes before the file, the file before the environment.
 */
import type { FlagInput } from '@oclif/core/interfaces';
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
