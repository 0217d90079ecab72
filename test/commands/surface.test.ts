/**
 * The commands, arguments and flags that users and their scripts rely on. Adding is free: update the snapshot. What is
 * missing or changed in it breaks somebody.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Command, Interfaces } from '@oclif/core';
import { expect, test } from 'vitest';

const COMMANDS = fileURLToPath(new URL('../../src/commands', import.meta.url));

const files = readdirSync(COMMANDS, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .sort();

const oneOf = (options: readonly string[] | undefined): string => (options ? ` ${options.join('|')}` : '');

function flagText(name: string, flag: Interfaces.Flag<unknown>): string {
  const takes = flag.type === 'option' ? `${oneOf(flag.options) || ' VALUE'}${flag.multiple ? '…' : ''}` : '';
  const no = flag.type === 'boolean' && flag.allowNo ? '[no-]' : '';
  const byDefault = flag.type === 'option' && ['string', 'number'].includes(typeof flag.default);
  return [
    `${flag.char ? `-${flag.char}, ` : ''}--${no}${name}${takes}`,
    flag.required ? ' (required)' : '',
    byDefault ? ` (${flag.default})` : '',
  ].join('');
}

function surfaceOf({ args, flags, baseFlags, enableJsonFlag }: Command.Class): string[] {
  const all = { ...baseFlags, ...flags } as Record<string, Interfaces.Flag<unknown>>;
  return [
    ...Object.entries(args).map(
      ([name, arg]) => `${name.toUpperCase()}${oneOf(arg.options)}${arg.required ? '' : ' (optional)'}`,
    ),
    ...Object.entries(all)
      .map(([name, flag]) => flagText(name, flag))
      .sort(),
    ...(enableJsonFlag ? ['--json'] : []),
  ];
}

test.each(files)('src/commands/%s', async (file) => {
  const { default: command } = (await import(pathToFileURL(join(COMMANDS, file)).href)) as {
    default: Command.Class;
  };
  expect(surfaceOf(command)).toMatchSnapshot();
});

/** Of a command of more the framework makes a wall of them. */
const MOST_FLAGS = 9;

test.each(files)('src/commands/%s has a usage line that can be read', async (file) => {
  const { default: command } = (await import(pathToFileURL(join(COMMANDS, file)).href)) as {
    default: Command.Class;
  };
  if (command.usage === undefined)
    expect(Object.keys(command.flags ?? {}).length).toBeLessThanOrEqual(MOST_FLAGS);
  for (const line of [command.usage ?? []].flat()) {
    expect(line).toMatch(/^<%= command\.id %> /);
    expect(line.length).toBeLessThan(60);
  }
});

test.each(files)('src/commands/%s leaves it to the terminal where lines of its help end', async (file) => {
  const { default: command } = (await import(pathToFileURL(join(COMMANDS, file)).href)) as {
    default: Command.Class;
  };
  for (const line of (command.description ?? '').split('\n').filter((text) => text !== ''))
    expect(line).toMatch(/[.:]$|: harp .*$/);
});
