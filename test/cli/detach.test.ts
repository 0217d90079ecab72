import { expect, it } from 'vitest';
import { tellError } from '../../src/cli/base-command.ts';
import { endedEarly } from '../../src/cli/detach.ts';
import { HarpError } from '../../src/domain/errors.ts';

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
    const { json, text } = tellError(endedEarly(ending, 'a.log', 'so\n  it went\n\n\nmore\n'));
    expect(json.error).toMatchObject({ code, exitCode });
    const killed = typeof ending === 'string' ? `killed by ${ending}; ` : '';
    expect(text).toContain(`a.log: the daemon ended before it listened (`);
    expect(text).toContain(`got ${killed}so;   it went; ; )`);
  },
);

const BUSY = new HarpError('missing-capability', 'cannot listen there', {
  where: '127.0.0.1:8000',
  got: 'one that is in use',
  hint: 'Choose another port.',
});

it.each<[how: string, said: string]>([
  ['as text', `! a warning\n${tellError(BUSY).text}\n`],
  ['as a document', `! a warning\n${JSON.stringify(tellError(BUSY).json, null, 2)}\n`],
])("the daemon's own error is told as it told it %s, and its log beside it", (_, said) => {
  expect(tellError(endedEarly(5, 'a.log', said)).json.error).toEqual({
    code: 'missing-capability',
    message: '127.0.0.1:8000: cannot listen there (got one that is in use)',
    exitCode: 5,
    hint: "Choose another port. The daemon's log is a.log.",
  });
});

it('a code that shares its exit code with others is kept where the daemon says it', () => {
  const said = JSON.stringify(tellError(new HarpError('usage', 'no')).json, null, 2);
  expect(tellError(endedEarly(2, 'a.log', said)).json.error).toMatchObject({ code: 'usage', message: 'no' });
});

it('a bug of the daemon is one, with the log that has its stack', () => {
  const { json } = tellError(endedEarly(1, 'a.log', tellError(new TypeError('x is no function')).text));
  expect(json.error).toMatchObject({
    code: 'bug',
    exitCode: 1,
    message: 'x is no function (its stack is in a.log)',
  });
});
