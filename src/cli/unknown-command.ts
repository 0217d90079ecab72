/** What harp answers to a command it does not have: the same kind of error as any other, with --json too. */
import type { Hook } from '@oclif/core';
import { HarpError } from '../domain/errors.ts';
import { tellError } from './base-command.ts';

const unknownCommand: Hook.CommandNotFound = async ({ id, argv = [], config }) => {
  const { text, json, exitCode } = tellError(
    new HarpError('usage', `there is no command "${id.replaceAll(':', ' ')}"`, {
      expected: config.commandIDs.map((known) => known.replaceAll(':', ' ')).join(', '),
      hint: 'harp --help lists the commands.',
    }),
  );
  if (argv.includes('--json')) process.stdout.write(`${JSON.stringify(json, null, 2)}\n`);
  else process.stderr.write(`${text}\n`);
  process.exit(exitCode);
};

export default unknownCommand;
