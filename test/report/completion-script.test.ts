import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { CompletedCommand } from '../../src/domain/completion.ts';
import { completionScript } from '../../src/report/completion-script.ts';

const flag = (name: string, options: readonly string[] = [], takesValue = options.length > 0) => ({
  name,
  takesValue,
  options,
  description: `what isn't ${name}`,
});

const COMMANDS: CompletedCommand[] = [
  { id: 'model:create', flags: [flag('out', [], true), flag('list')] },
  { id: 'model:inspect', flags: [] },
  { id: 'plan', flags: [flag('planner', ['optimal', 'harpagon']), flag('rate', [], true), flag('json')] },
];

/** What bash would offer for the last of these words. */
function offered(...typed: string[]): string[] {
  const script = `${completionScript('bash', COMMANDS)}
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _harp; echo "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', ...typed], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.trim().split(' ').filter(Boolean);
}

test.each<[string, string[], string[]]>([
  ['commands and topics', ['harp', ''], ['model', 'plan']],
  ['those that begin so', ['harp', 'p'], ['plan']],
  ['what stands under a topic', ['harp', 'model', ''], ['create', 'inspect']],
  ['flags', ['harp', 'plan', 'app.yaml', '--r'], ['--rate']],
  ['flags of a command under a topic', ['harp', 'model', 'create', '-'], ['--out', '--list']],
  ['values of a flag that has few', ['harp', 'plan', '--planner', ''], ['optimal', 'harpagon']],
  ['nothing where the shell knows better: files', ['harp', 'plan', ''], []],
  ['nothing for the value of a flag that takes any', ['harp', 'plan', '--rate', '1'], []],
])('bash completes %s', (_, typed, words) => {
  expect(offered(...typed)).toEqual(words);
});

test('fish is told the same, with what flags mean', () => {
  expect(completionScript('fish', COMMANDS.slice(2))).toBe(
    `complete -c harp -f -n '__fish_use_subcommand' -a 'plan'
complete -c harp -n '__fish_seen_subcommand_from plan' -l planner -r -f -a 'optimal harpagon' -d 'what isn'\\''t planner'
complete -c harp -n '__fish_seen_subcommand_from plan' -l rate -r -d 'what isn'\\''t rate'
complete -c harp -n '__fish_seen_subcommand_from plan' -l json -d 'what isn'\\''t json'
`,
  );
});

test('zsh takes the one of bash', () => {
  expect(completionScript('zsh', COMMANDS)).toContain(completionScript('bash', COMMANDS));
});
