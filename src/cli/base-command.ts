/**
 * What every command shares: --json, --quiet, --no-color, the way errors are told, and exit codes that are the same with
 * and without --json. Results go to stdout, everything else to stderr.
 */
import { Command, Flags } from '@oclif/core';
import { type ErrorDocument, HarpError } from '../domain/errors.ts';
import { isNoSpace, noSpace } from '../domain/no-space.ts';
import type { Style } from '../report/style.ts';
import { Interrupt } from './interrupt.ts';
import { type Progress, progressOn } from './progress.ts';
import type { RequestOf, ResultOf, TaskName } from './tasks.ts';
import { terminalStyle } from './terminal-style.ts';
import { bareMessage, explainUsage, type UsageError } from './usage-error.ts';
import { workApart } from './work-apart.ts';

// Who reads may leave early, as head does: that is no failure, and what follows is for nobody. oclif sees to stdout. A disk that is full
// of a log ends nothing.
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE' && !isNoSpace(error)) throw error;
});
// A result that is cut short must not look like one. Before oclif, which would throw.
process.stdout.prependListener('error', (error: Error) => {
  if (!isNoSpace(error)) return;
  const { text, exitCode } = tellError(noSpace(error, 'stdout'));
  process.stderr.write(`${text}\n`);
  process.exit(exitCode);
});

export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true;

  static override baseFlags = {
    quiet: Flags.boolean({ description: 'no progress, no notes', helpGroup: 'GLOBAL' }),
    'no-color': Flags.boolean({ description: 'plain text', helpGroup: 'GLOBAL' }),
  };

  private readonly interruption = new Interrupt((reason) => this.tell(reason));

  override async init(): Promise<void> {
    await super.init();
    this.interruption.listen();
  }

  /**
   * Aborts at the first SIGINT or SIGTERM; whoever works long watches it, saves and ends. Where nobody has asked for it the signal is
   * told and ends the process.
   */
  protected get signal(): AbortSignal {
    return this.interruption.signal;
  }

  /** What computes without a pause: in a thread, that signals are heard meanwhile, and end it. */
  protected apart<Name extends TaskName>(task: Name, request: RequestOf<Name>): Promise<ResultOf<Name>> {
    return workApart(task, request, { signal: this.signal, progress: this.progress() });
  }

  protected get quiet(): boolean {
    return this.argv.includes('--quiet');
  }

  /** How text is emphasised on stdout. */
  protected get style(): Style {
    return terminalStyle(process.stdout, this.argv.includes('--no-color'));
  }

  /** Work in progress, told on stderr. */
  protected progress(): Progress {
    return progressOn(process.stderr, { quiet: this.quiet });
  }

  /** Something the user should know beside the result. */
  protected note(text: string): void {
    if (!this.quiet) process.stderr.write(`${text}\n`);
  }

  protected override async catch(error: Error): Promise<void> {
    // Arguments that could not be parsed are told here, not by a warning of the framework.
    this.parsed = true;
    process.exitCode = this.tell(error);
  }

  /** @returns the exit code that goes with it */
  private tell(error: Error): number {
    const { text, json, exitCode } = tellError(error);
    if (this.jsonEnabled()) this.logJson(json);
    else process.stderr.write(`${text}\n`);
    return exitCode;
  }

  protected override async finally(error: Error | undefined): Promise<void> {
    this.interruption.release();
    await super.finally(error);
  }
}

interface ToldError {
  readonly text: string;
  readonly json: ErrorDocument;
  readonly exitCode: number;
}

type Thrown = Error & UsageError & { readonly oclif?: { readonly exit?: number } };

/** An error as text, as a JSON document, and as an exit code. */
export function tellError(error: Thrown): ToldError {
  const { hint, ...told } = classify(error);
  const stack = told.code === 'bug' && error.stack ? `\n${error.stack}` : '';
  return {
    text: `Error: ${told.message}${hint ? `\n  → ${hint}` : ''}${stack}`,
    json: { error: hint === undefined ? told : { ...told, hint } },
    exitCode: told.exitCode,
  };
}

function classify(error: Thrown): ErrorDocument['error'] {
  if (error instanceof HarpError) {
    const { code, exitCode, details } = error;
    return { code, message: bareMessage(error.message), exitCode, hint: details.hint };
  }
  if (isNoSpace(error)) return classify(noSpace(error));
  const usageExit = error.oclif?.exit;
  if (usageExit !== undefined) {
    return { code: 'usage', exitCode: usageExit, ...explainUsage(error) };
  }
  return {
    code: 'bug',
    message: error.message,
    exitCode: 1,
    hint: 'This is a bug in harp: please report it.',
  };
}
