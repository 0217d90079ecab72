/**
 * The one family of errors that users see. Each says what went wrong, where, what was expected, what was found, and
 * how to go on; its code fixes the exit code (see EXIT_CODES). Anything else that is thrown is a bug.
 */
import { z } from 'zod';

/** Exit code of each error code: the public contract for scripts. */
export const EXIT_CODES = {
  /** Flags or arguments that make no sense. */
  usage: 2,
  /** A file or a value that is not what it should be. */
  'bad-input': 2,
  /** No plan meets the objective. */
  infeasible: 3,
  /** A limit that the user asked to be enforced was not met. */
  'gate-failed': 3,
  /** A measurement did not settle. */
  unstable: 4,
  /** Something is not there that it takes: a provider, cores, a port, a permission; a server that answers. */
  'missing-capability': 5,
  /** SIGINT; what was finished is kept. */
  interrupted: 130,
  /** SIGTERM; what was finished is kept. */
  terminated: 143,
} as const;

/**
 * Of a command that met several problems, the code that counts: 4 goes away when it is run again on a quieter machine, 5 on another
 * one, so that neither may hide what stays there, a gate's verdict; a file that is wrong leaves that verdict incomplete, and a bug
 * makes it doubtful.
 */
const GRAVEST_FIRST: readonly number[] = [1, 2, 3, 5, 4];

/** The problem whose code the command ends with; the first of several that weigh the same. */
export const gravest = <Problem extends { readonly exitCode: number }>(
  problems: readonly Problem[],
): Problem | undefined =>
  GRAVEST_FIRST.flatMap((code) => problems.filter(({ exitCode }) => exitCode === code))[0] ?? problems[0];

/** An error as `--json` tells it; `bug` is whatever is thrown that is none of harp's own. */
export const errorDocumentSchema = z.looseObject({
  error: z.looseObject({
    code: z.enum([...(Object.keys(EXIT_CODES) as ErrorCode[]), 'bug']),
    message: z.string(),
    exitCode: z.number().int().positive(),
    hint: z.string().optional(),
  }),
});

export type ErrorDocument = z.infer<typeof errorDocumentSchema>;

export type ErrorCode = keyof typeof EXIT_CODES;

export interface ErrorDetails {
  /** File, field, flag or address that the error is about. */
  readonly where?: string | undefined;
  readonly expected?: string | undefined;
  readonly got?: string | undefined;
  /** What to do next, as a sentence or a command. */
  readonly hint?: string | undefined;
}

/** An error that a user can do something about. */
export class HarpError extends Error {
  override readonly name = 'HarpError';
  readonly code: ErrorCode;
  readonly exitCode: number;
  /** Went wrong, without where, expected and got. */
  readonly what: string;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, what: string, details: ErrorDetails = {}) {
    super(describe(what, details));
    this.code = code;
    this.exitCode = EXIT_CODES[code];
    this.what = what;
    this.details = details;
  }
}

function describe(what: string, { where, expected, got }: ErrorDetails): string {
  const place = where === undefined ? '' : `${where}: `;
  const facts = [
    expected === undefined ? undefined : `expected ${expected}`,
    got === undefined ? undefined : `got ${got}`,
  ].filter((fact) => fact !== undefined);
  return `${place}${what}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`;
}
