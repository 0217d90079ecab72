/** What the parser of the command line says, in words that help: what was meant, what a flag may be, and nothing beside it. */
import { didYouMean } from '../domain/closest-name.ts';

/** As the parser throws it, as far as it says. */
export interface UsageError {
  readonly message: string;
  /** Of the command line, where they are unknown. */
  readonly flags?: unknown;
  readonly parse?: { readonly input?: { readonly flags?: Readonly<Record<string, KnownFlag>> } };
}

interface KnownFlag {
  readonly options?: readonly string[] | undefined;
  readonly allowNo?: boolean;
}

export interface ToldUsage {
  readonly message: string;
  readonly hint: string;
}

export function explainUsage({ message, flags, parse }: UsageError): ToldUsage {
  const known = parse?.input?.flags ?? {};
  const text = bareMessage(message);
  const [, , given, options] = /^Expected (--\S+)=(.*) to be one of: (.*)$/.exec(text) ?? [];
  const meant =
    given === undefined
      ? meantFlag(Array.isArray(flags) ? flags : [], known)
      : didYouMean(given, options!.split(', '));
  return { message: withOptions(text, known), hint: [meant, 'See --help.'].filter(Boolean).join(' ') };
}

/** Of the first that is unknown. */
function meantFlag(
  given: readonly unknown[],
  known: Readonly<Record<string, KnownFlag>>,
): string | undefined {
  const [first] = given;
  if (typeof first !== 'string') return undefined;
  const names = Object.entries(known).flatMap(([name, { allowNo }]) => [
    `--${name}`,
    ...(allowNo ? [`--no-${name}`] : []),
  ]);
  return didYouMean(first.split('=')[0]!, names);
}

/** A flag that must be there is told with what it may be. */
const withOptions = (text: string, known: Readonly<Record<string, KnownFlag>>): string =>
  text.replace(/Missing required flag (\S+)/g, (_, name: string) => {
    const options = known[name]?.options;
    return `Missing required flag --${name}${options ? ` (expected ${options.join(' or ')})` : ''}`;
  });

/**
 * Without what the parser wraps around the message, and without its note on flags that may be repeated; the flag that it was
 * parsing stands before it once.
 */
export function bareMessage(message: string): string {
  const [, flag, rest] = /^Parsing (--\S+) \n\t([\s\S]*)$/.exec(message) ?? [undefined, undefined, message];
  const bare = rest!
    .split(/\nSee more help with|\n\nNote: --/)[0]!
    .replace(/^The following error occurred:\n\s*/, '')
    .trim();
  const isNamed = flag === undefined || bare.startsWith(flag) || /^HARP_\w+: /.test(bare);
  return isNamed ? bare : `${flag}: ${bare}`;
}
