/** What harp answers to a command it does not have: the same kind of error as any other, with --json too. */
import type { Hook } from '@oclif/core';
import { didYouMean } from '../domain/closest-name.ts';
import { HarpError } from '../domain/errors.ts';
import { tellError } from './base-command.ts';

const unknownCommand: Hook.CommandNotFound = async ({ id, argv = [], config }) => {
  const known = config.commandIDs.map((each) => each.replaceAll(':', ' '));
  const { text, json, exitCode } = tellError(noCommand(id.split(':'), known));
  if (argv.includes('--json')) process.stdout.write(`${JSON.stringify(json, null, 2)}\n`);
  else process.stderr.write(`${text}\n`);
  process.exit(exitCode);
};

/**
 * @param words of the command line before its first flag: the command, and arguments that were meant for it
 * @param known commands, as "model create"
 */
export function noCommand(words: readonly string[], known: readonly string[]): HarpError {
  const [first = '', second] = words;
  const pair = second === undefined ? first : `${first} ${second}`;
  const isTopic = known.some((each) => each.startsWith(`${first} `));
  const meant = (isTopic ? undefined : didYouMean(first, known)) ?? didYouMean(pair, known);
  return new HarpError('usage', `there is no command "${isTopic ? pair : first}"`, {
    expected: known.join(', '),
    hint: [meant, 'harp --help lists the commands.'].filter((part) => part !== undefined).join(' '),
  });
}

export default unknownCommand;
