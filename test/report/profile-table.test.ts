import { expect, test } from 'vitest';
import { buildProfile } from '../../src/profiling/build-profile.ts';
import type { PointOutcome } from '../../src/profiling/measure-point.ts';
import { makeReport } from '../../src/report/html/make-report.ts';
import {
  disturbanceTexts,
  fitText,
  outcomeText,
  profileTable,
  unstablePoints,
  unstableText,
} from '../../src/report/profile-table.ts';
import { plainStyle } from '../../src/report/style.ts';
import { HEADER, measured, skipped } from '../profiling/a-profile.ts';

const grid = [1, 2].flatMap((cores) =>
  [1, 2, 4].map((batchSize) => ({
    config: { cores, batchSize },
    outcome: measured((8 * batchSize) / cores + 1 / cores, cores === 1 || batchSize < 4),
  })),
);
const PROFILE = buildProfile(HEADER, [
  ...grid,
  { config: { cores: 2, batchSize: 8 }, outcome: skipped('the measuring process ended early') },
]);

test('a profile as people see it', () => {
  expect(profileTable({ file: 'm.profile.json', profile: PROFILE }, plainStyle)).toMatchInlineSnapshot(`
    "m  cpu, a processor, onnxruntime 1.30.0

    cores  batch  mean ms  p50 ms  p95 ms  p99 ms    p95 ±  req/s  MiB  runs  settled
        1      1     9.00    9.00    18.0    27.0   ± 1.80    111  100    20  yes
        1      2     17.0    17.0    34.0    51.0   ± 3.40    118  100    20  yes
        1      4     33.0    33.0    66.0    99.0   ± 6.60    121  100    20  yes
        2      1     4.50    4.50    9.00    13.5  ± 0.900    222  100    20  yes
        2      2     8.50    8.50    17.0    25.5   ± 1.70    235  100    20  yes
        2      4     16.5    16.5    33.0    49.5   ± 3.30    242  100    20  no

    p95 of batch b on c cores ≈ 16.0·b/c + 2.00/c ms  (R² 1.000, mean error 0.00 %, 6 points)

    skipped batch 8 on 2 cores: the measuring process ended early

    saved to m.profile.json"
  `);
});

test('a fit that does not fit is not told as a fact', () => {
  const shown = (mapePercent: number): string =>
    profileTable(
      { file: 'm.profile.json', profile: { ...PROFILE, fit: { ...PROFILE.fit!, mapePercent } } },
      plainStyle,
    );
  expect(shown(25)).not.toContain('does not describe');
  expect(shown(475)).toContain(
    'the fit does not describe this model: it is off by 475.0 % on average; plans and serving stand on the points, not on it',
  );
});

test('how well a fit through as few points as it has terms fits cannot be told, and reports say the same', () => {
  const exact = {
    form: 'gamma*b/c + delta*b + epsilon/c + eta',
    gamma: 0,
    delta: 2,
    epsilon: 0,
    eta: 1,
    statistic: 'p95',
    r2: 1,
    mapePercent: 0,
  } as const;
  const text =
    'p95 of batch b on c cores ≈ 2.00·b + 1.00 ms  (2 points for 2 terms: how well it fits cannot be told)';
  expect(fitText({ ...exact, points: 2 })).toBe(text);
  const profile = { ...PROFILE, fit: { ...exact, points: 2 } };
  expect(profileTable({ file: 'm', profile }, plainStyle)).toContain(text);
  const { html } = makeReport([{ file: 'm', document: profile }], () => ({}), { css: '', hash: '' });
  expect(html).toContain(text);
  expect(html).toContain('Lines are the fit: 2 points for 2 terms: how well it fits cannot be told.');
});

test('what did not settle and what was disturbed is named', () => {
  expect(unstablePoints(PROFILE)).toMatchObject([{ cores: 2, batchSize: 4 }]);
  expect(unstableText(PROFILE)).toBe('m, batch 4 on 2 cores');
  const restless = PROFILE.points.map((point) => ({ ...point, stable: point.batchSize === 1 }));
  expect(unstableText({ ...PROFILE, points: restless })).toBe(
    'm, batch 2, 4 on 1 core, batch 2, 4 on 2 cores',
  );
  expect(unstableText({ ...PROFILE, points: [] })).toBe('');
  expect(disturbanceTexts(PROFILE)).toEqual([
    'm: others used up to 25.0 % of this machine while 6 of 6 points were measured',
  ]);
  expect(disturbanceTexts({ ...PROFILE, points: [] })).toEqual([]);
});

test('others on the device, and a device held back, are told', () => {
  const onDevice = PROFILE.points.map((point, index) => ({
    ...point,
    otherLoad: 0,
    deviceOtherLoad: index === 0 ? 0.4 : 0,
    deviceThrottled: index < 2,
  }));
  expect(disturbanceTexts({ ...PROFILE, points: onDevice })).toEqual([
    'm: others used up to 40.0 % of the device while 1 of 6 points was measured',
    'm: heat or power held the device back while 2 of 6 points were measured',
  ]);
});

test('a machine that was slower at times is told, one that was a little slower is not', () => {
  const withYardsticks = (last: number) =>
    PROFILE.points.map((point, index) => ({ ...point, otherLoad: 0, yardstickMs: index === 0 ? last : 0.3 }));
  expect(disturbanceTexts({ ...PROFILE, points: withYardsticks(0.32) })).toEqual([]);
  expect(disturbanceTexts({ ...PROFILE, points: withYardsticks(0.36) })).toEqual([
    'm: the machine itself was up to 20.0 % slower at times (by a fixed computation beside each point), ' +
      'so points that were measured at different times compare only roughly',
  ]);
});

test.each([
  { outcome: measured(10), text: 'batch 4 on 1 core: p95 20.0 ms (20 runs)' },
  { outcome: measured(10, false), text: 'batch 4 on 1 core: p95 20.0 ms (20 runs, did not settle)' },
  {
    outcome: { ...measured(10, false), contention: 0.4 } as PointOutcome,
    text: 'batch 4 on 1 core: p95 20.0 ms (20 runs, did not settle while others took 40.0 % of its time)',
  },
  { outcome: skipped('killed'), text: 'batch 4 on 1 core skipped: killed' },
])('an outcome on a line: $text', ({ outcome, text }) => {
  expect(outcomeText({ cores: 1, batchSize: 4 }, outcome, 'p95')).toBe(text);
});
