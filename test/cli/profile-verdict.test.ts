import { describe, expect, test } from 'vitest';
import { notMeasured } from '../../src/cli/models-left-out.ts';
import { profileVerdict } from '../../src/cli/profile-verdict.ts';
import { regressionGate, withGate } from '../../src/cli/regression-gate.ts';
import { type ErrorCode, gravest, HarpError } from '../../src/domain/errors.ts';
import type { Profile } from '../../src/domain/profile.ts';
import { buildProfile } from '../../src/profiling/build-profile.ts';
import { compareProfiles } from '../../src/profiling/compare-profiles.ts';
import { HEADER, measured } from '../profiling/a-profile.ts';

/** Batch size → p50, ms, and whether it settled. */
type Points = Readonly<Record<number, readonly [number, boolean]>>;

const profile = (name: string, points: Points): Profile =>
  buildProfile(
    { ...HEADER, model: { ...HEADER.model, name } },
    Object.entries(points).map(([batchSize, [p50, stable]]) => ({
      config: { cores: 1, batchSize: Number(batchSize) },
      outcome: measured(p50, stable),
    })),
  );

const compared = (name: string, then: Points, now: Points) => {
  const profiled = profile(name, now);
  return {
    file: `${name}.json`,
    profile: profiled,
    comparison: compareProfiles(profile(name, then), profiled),
  };
};

const failedWith = (code: ErrorCode, file = 'b.onnx') => ({ file, error: new HarpError(code, code) });

const ONE: Points = { 1: [10, true] };
const SLOWER: Points = { 1: [20, true] };
const RESTLESS: Points = { 1: [10, false] };

describe('the exit code where several things are wrong', () => {
  const judge = (...[run, options]: Parameters<typeof profileVerdict>) =>
    profileVerdict(run, options).exitCode;
  const strict = { allowUnstable: false, slowerPercent: 5 };

  test.each([
    { name: 'nothing', models: [compared('a', ONE, ONE)], failed: [], code: 0 },
    {
      name: 'slower, and another unsettled',
      models: [compared('a', ONE, SLOWER), compared('b', ONE, RESTLESS)],
      failed: [],
      code: 3,
    },
    {
      name: 'slower, and a bad file',
      models: [compared('a', ONE, SLOWER)],
      failed: [failedWith('bad-input')],
      code: 2,
    },
    {
      name: 'unsettled, and a bad file',
      models: [compared('a', ONE, RESTLESS)],
      failed: [failedWith('bad-input')],
      code: 2,
    },
    {
      name: 'slower, and one that this machine cannot run',
      models: [compared('a', ONE, SLOWER)],
      failed: [failedWith('missing-capability')],
      code: 3,
    },
    {
      name: 'unsettled, and one that this machine cannot run',
      models: [compared('a', ONE, RESTLESS)],
      failed: [failedWith('missing-capability')],
      code: 5,
    },
    {
      name: 'one that this machine cannot run, and a bad file',
      models: [compared('a', ONE, ONE)],
      failed: [failedWith('missing-capability'), failedWith('bad-input')],
      code: 2,
    },
  ])('$name: $code', ({ models, failed, code }) => {
    expect(judge({ profiled: models, failed }, strict)).toBe(code);
    expect(judge({ profiled: models.toReversed(), failed: failed.toReversed() }, strict)).toBe(code);
  });

  test('a bug is graver than all', () => {
    expect(gravest([4, 5, 3, 2, 1].map((exitCode) => ({ exitCode })))).toEqual({ exitCode: 1 });
    expect(gravest([])).toBeUndefined();
  });

  test('models that could not be measured are all named, with the hint of the gravest', () => {
    const bad = new HarpError('bad-input', 'cut short', { where: 'c.onnx', hint: 'Copy it again.' });
    const error = notMeasured([failedWith('missing-capability'), { file: 'c.onnx', error: bad }], 3);
    expect(error).toMatchObject({ exitCode: 2, details: { hint: 'Copy it again.' } });
    expect(error.message).toBe(
      '2 of 3 models could not be measured\n  b.onnx: missing-capability\n  c.onnx: cut short',
    );
  });
});

describe('a gate that has judged nothing has not been passed', () => {
  const verdict = (...profiled: ReturnType<typeof compared>[]) =>
    profileVerdict({ profiled, failed: [] }, { allowUnstable: true, slowerPercent: 5 });

  test('all points did not settle: 4, saying which and when', () => {
    const then: Points = { 1: [10, false], 2: [20, true] };
    const now: Points = { 1: [10, true], 2: [20, false] };
    const { problems, exitCode } = verdict(compared('m', then, now));
    expect(exitCode).toBe(4);
    expect(problems.map(({ message }) => message)).toEqual([
      '--fail-on-regression: no point of m could be judged: batch 1 on 1 core did not settle then; batch 2 on 1 core did not settle now',
    ]);
    expect(problems[0]!.details.hint).toContain('--resume');
    expect(verdict(compared('m', RESTLESS, ONE)).problems[0]!.details.hint).toContain('--compare anew');
  });

  test('no point is in both: 2', () => {
    const { problems, exitCode } = verdict(compared('m', { 1: [10, true] }, { 4: [40, true] }));
    expect({ exitCode, message: problems[0]!.message }).toEqual({
      exitCode: 2,
      message: expect.stringContaining('no point of m was measured then and now'),
    });
  });

  test('one that is judged is enough for its model, and the rest is counted', () => {
    const then: Points = { 1: [10, true], 2: [20, true], 4: [40, true] };
    const now: Points = { 1: [10, true], 2: [20, false], 8: [80, true] };
    expect(verdict(compared('m', then, now))).toEqual({
      problems: [],
      notes: [
        'm: 1 point judged, 1 not settled, 2 measured in one of the two only',
        expect.stringContaining('warning: the limit is 5 %'),
        expect.stringContaining('--min-duration'),
      ],
      exitCode: 0,
    });
    expect(verdict(compared('m', ONE, ONE), compared('n', ONE, RESTLESS)).exitCode).toBe(4);
  });

  test('where noise is larger than the limit it says so, with the worst of the points that passed', () => {
    const [then, now]: Points[] = [
      { 1: [10, true], 2: [20, true] },
      { 1: [10, true], 2: [23, true] },
    ];
    const models = [compared('m', then!, now!), compared('n', ONE, SLOWER)];
    const notes = (percent: number) => regressionGate(models, percent).notes;
    expect(notes(5)).toEqual([
      'warning: the limit is 5 %, but of m, batch 2 on 1 core, nothing under 21.5 % would have been seen (the worst of 2 such points)',
      expect.stringContaining('--min-duration'),
    ]);
    expect(notes(21)[0]).toContain('nothing under 21.5 % would have been seen');
    expect(notes(21)[0]).not.toContain('such points');
    expect([notes(22), notes(0)]).toEqual([[], []]);
    const { comparison } = models[0]!;
    expect(withGate(comparison, 5).gate).toEqual({ maxSlower: 0.05, blind: 2, seesFrom: 0.215 });
    expect(withGate(comparison, 22).gate).toEqual({ maxSlower: 0.22, blind: 0 });
    expect(withGate(comparison, undefined)).toBe(comparison);
  });

  test('without a gate nothing is judged', () => {
    const run = { profiled: [compared('m', ONE, RESTLESS)], failed: [] };
    expect(profileVerdict(run, { allowUnstable: true, slowerPercent: undefined })).toEqual({
      problems: [],
      notes: [],
      exitCode: 0,
    });
  });
});
