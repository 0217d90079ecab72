import { describe, expect, test } from 'vitest';
import type { Profile } from '../../src/domain/profile.ts';
import { buildProfile, type ProfileHeader } from '../../src/profiling/build-profile.ts';
import { compareProfiles, regressions } from '../../src/profiling/compare-profiles.ts';
import type { PointOutcome } from '../../src/profiling/measure-point.ts';
import { changeText, comparisonTable } from '../../src/report/comparison-table.ts';
import { plainStyle } from '../../src/report/style.ts';
import { HEADER, measured } from './a-profile.ts';

/** What took 10 ms, with its yardstick. */
const at = (yardstickMs: number, p50: number): Profile =>
  buildProfile(HEADER, [
    { config: { cores: 1, batchSize: 1 }, outcome: { ...measured(p50), yardstickMs } as PointOutcome },
  ]);

/** p95 is twice the figure given, and states ± 10 % of itself. */
const profile = (p50s: Record<number, number>, header: Partial<ProfileHeader> = {}, stable = true) =>
  buildProfile(
    { ...HEADER, ...header },
    Object.entries(p50s).map(([batchSize, p50]) => ({
      config: { cores: 1, batchSize: Number(batchSize) },
      outcome: measured(p50, stable),
    })),
  );

describe('comparing two profiles', () => {
  test.each([
    { now: 12, verdict: 'within-noise', change: 0.2 },
    { now: 8.5, verdict: 'within-noise', change: -0.15 },
    { now: 13, verdict: 'slower', change: 0.3 },
    { now: 7, verdict: 'faster', change: -0.3 },
  ])('10 ms then and $now ms now, each ± 10 %: $verdict', ({ now, verdict, change }) => {
    const { changes } = compareProfiles(profile({ 1: 10 }), profile({ 1: now }));
    expect(changes).toMatchObject([{ cores: 1, batchSize: 1, thenMs: 20, verdict, change }]);
  });

  test.each([
    { what: 'as much slower as the machine', now: at(0.4, 13.2), verdict: 'within-noise', model: -0.01 },
    { what: 'no slower on a slower machine', now: at(0.39, 10), verdict: 'within-noise', model: -0.2308 },
    { what: 'much slower on a machine as before', now: at(0.3, 14), verdict: 'slower', model: 0.4 },
    { what: 'slower by far than the machine', now: at(0.33, 18), verdict: 'slower', model: 0.6364 },
    { what: 'no faster on a faster machine', now: at(0.15, 10), verdict: 'slower', model: 1 },
  ])('$what: $verdict', ({ now, verdict, model }) => {
    const [change] = compareProfiles(at(0.3, 10), now).changes;
    expect(change).toMatchObject({ verdict, modelChange: model });
  });

  test('what did not settle, then or now, is not judged', () => {
    const wild = profile({ 1: 90 }, {}, false);
    expect(compareProfiles(profile({ 1: 10 }), wild).changes[0]!.verdict).toBe('not-settled');
    expect(compareProfiles(wild, profile({ 1: 10 })).changes[0]!.verdict).toBe('not-settled');
  });

  test('points that only one of the two measured are counted, predicted ones among them', () => {
    const predicted = { config: { cores: 1, batchSize: 4 }, durationMs: FIGURES, spreadMs: FIGURES };
    const now = buildProfile(
      HEADER,
      [{ config: { cores: 1, batchSize: 1 }, outcome: measured(1) }],
      [predicted],
    );
    const { changes, unmatched } = compareProfiles(profile({ 1: 1, 2: 2, 4: 4 }), now);
    expect({ changes: changes.length, unmatched }).toEqual({ changes: 1, unmatched: 2 });
  });

  test('other conditions are told', () => {
    const now = profile({ 1: 1 }, { runtime: { ...HEADER.runtime, onnxruntime: '1.31.0' } });
    expect(compareProfiles(profile({ 1: 1 }), now).conditions).toEqual([
      'onnxruntime 1.30.0 then, 1.31.0 now',
    ]);
  });

  test('a regression is slower by more than is allowed, beyond noise', () => {
    const comparison = compareProfiles(profile({ 1: 10, 2: 10, 4: 10 }), profile({ 1: 14, 2: 13, 4: 11 }));
    const slower = (share: number) => regressions(comparison, share).map(({ batchSize }) => batchSize);
    expect([slower(0), slower(0.35), slower(0.5)]).toEqual([[1, 2], [1], []]);
    expect(changeText('m', comparison.changes[0]!)).toBe('m, batch 1 on 1 core +40.0 % (± 24.0 %)');
  });

  test('where the yardstick of one is not known, the machine is taken to be as fast as then', () => {
    const [change] = compareProfiles(at(0.3, 10), profile({ 1: 13 })).changes;
    expect(change).toMatchObject({ verdict: 'slower', change: 0.3, modelChange: 0.3 });
    expect(change).not.toHaveProperty('machineChange');
  });

  test('as people see it, the machine slower by a tenth', () => {
    expect(comparisonTable(compareProfiles(at(0.3, 10), at(0.33, 15)), plainStyle)).toMatchInlineSnapshot(`
      "cores  batch  p95 then   now   change  machine    model     noise
          1      1      20.0  30.0  +50.0 %  +10.0 %  +36.4 %  ± 28.2 %  slower"
    `);
  });

  test('of a point that did not settle nothing is told of machine and model', () => {
    const restless = at(0.33, 15);
    const points = restless.points.map((point) => ({ ...point, stable: false }));
    const text = comparisonTable(compareProfiles(at(0.3, 10), { ...restless, points }), plainStyle);
    expect(text).toMatch(/ \+50\.0 % +± 28\.2 % {2}did not settle: not judged$/);
  });

  test('as people see it', () => {
    const comparison = compareProfiles(profile({ 1: 10, 2: 20, 4: 40 }), profile({ 1: 14, 2: 21 }));
    expect(comparisonTable(comparison, plainStyle)).toMatchInlineSnapshot(`
      "cores  batch  p95 then   now   change     noise
          1      1      20.0  28.0  +40.0 %  ± 24.0 %  slower
          1      2      40.0  42.0  +5.00 %  ± 20.5 %  within noise
      1 point measured in one of the two only"
    `);
  });
});

const FIGURES = { mean: 1, p50: 1, p95: 1, p99: 1 };
