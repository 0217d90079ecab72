import { expect, it } from 'vitest';
import { tellError } from '../../src/cli/base-command.ts';
import { endedEarly } from '../../src/cli/detach.ts';

it.each<[sentence: string, ending: Parameters<typeof endedEarly>[0], code: string, exitCode: number]>([
  ['a bug', 1, 'bug', 1],
  ['a bad plan', 2, 'bad-input', 2],
  ['a plan that is none', 3, 'infeasible', 3],
  ['a machine that lacks something', 5, 'missing-capability', 5],
  ['Ctrl-C', 130, 'interrupted', 130],
  ['a code that harp does not have', 7, 'bug', 1],
  ['a signal that it did not take', 'SIGTERM', 'terminated', 143],
  ['a system out of memory', 'SIGKILL', 'missing-capability', 5],
  ['a crash of the runtime', 'SIGSEGV', 'bug', 1],
])(
  'a daemon that was ended by %s before it listened: its exit code is passed on',
  (_, ending, code, exitCode) => {
    const { json, text } = tellError(endedEarly(ending, 'a.log', 'Error: so\n  → do this\n\n\nmore\n'));
    expect(json.error).toMatchObject({ code, exitCode });
    const killed = typeof ending === 'string' ? `killed by ${ending}; ` : '';
    expect(text).toContain(`a.log: the daemon ended before it listened (`);
    expect(text).toContain(`got ${killed}Error: so;   → do this; ; )`);
  },
);
