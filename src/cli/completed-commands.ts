/** The commands that a shell completes, from what oclif knows of them without loading them. */
import type { Command } from '@oclif/core';
import type { CompletedCommand } from '../domain/completion.ts';

export const completedCommands = (commands: readonly Command.Loadable[]): CompletedCommand[] =>
  commands
    .filter(({ hidden }) => !hidden)
    .toSorted((one, other) => (one.id < other.id ? -1 : 1))
    .map(({ id, flags }) => ({
      id,
      flags: Object.values(flags)
        .filter(({ hidden }) => !hidden)
        .map((flag) => ({
          name: flag.name,
          takesValue: flag.type === 'option',
          options: (flag.type === 'option' && flag.options) || [],
          description: (flag.summary ?? flag.description ?? '').split('\n')[0]!,
        })),
    }));
