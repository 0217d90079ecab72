import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LoadedApplication } from '../../src/domain/application.ts';
import { explanationSchema } from '../../src/domain/explanation.ts';
import { loadApplication } from '../../src/files/load-application.ts';
import type { Replan } from '../../src/planning/explain/explain-modules.ts';
import { explainPlan } from '../../src/planning/explain/explain-plan.ts';
import { findMargin } from '../../src/planning/explain/find-margin.ts';
import { planHarpagon } from '../../src/planning/harpagon.ts';
import { solveOptimal } from '../../src/planning/optimal/plan-optimal.ts';
import { poseProblem } from '../../src/planning/pose-problem.ts';
import { M3, type Measured } from './problems.ts';

const never = (): boolean => false;

describe('the next change of a cost', () => {
  /** $10 at 100; the cost beyond depends on the case. */
  const next = (costAt: (position: number) => number | undefined, limit = 1600) =>
    findMargin({ here: 100, costPerHour: 10, costAt, limit, expired: never })!;

  test.each<[string, (position: number) => number | undefined, number, object, number | undefined]>([
    ['a step down', (x) => (x < 130 ? 10 : 8), 1600, { kind: 'step', at: 130, costPerHour: 8 }, 10],
    [
      'a step up, the other way',
      (x) => (x >= 96 ? 10 : 13),
      6,
      { kind: 'step', at: 96, costPerHour: 13 },
      10,
    ],
    ['a step right here', (x) => (x > 100 ? 8 : 10), 1600, { kind: 'step', at: 100, costPerHour: 8 }, 8],
    [
      'a slope from here',
      (x) => 10 + 0.03 * (x - 100),
      1600,
      { kind: 'slope', from: 100, usdPerHourPerUnit: 0.03 },
      10.03,
    ],
    [
      'a slope that begins later',
      (x) => (x < 130 ? 10 : 10 - 0.05 * (x - 130)),
      300,
      { kind: 'slope', from: 130, usdPerHourPerUnit: -0.05 },
      10,
    ],
    ['nothing', () => 10, 1600, { kind: 'level', until: 1600 }, 10],
    ['the last plan', (x) => (x < 60 ? undefined : 10), 6, { kind: 'end', at: 60 }, 10],
    ['no plan at all beyond', (x) => (x < 100 ? undefined : 10), 6, { kind: 'end', at: 100 }, undefined],
  ])('%s', (_, costAt, limit, expected, one) => {
    const margin = next(costAt, limit);
    const { next: found } = margin;
    expect(Object.keys(found)).toEqual(Object.keys(expected));
    for (const [key, value] of Object.entries(expected)) {
      const got = (found as Record<string, unknown>)[key];
      if (typeof value === 'number') expect(got).toBeCloseTo(value, 2);
      else expect(got).toBe(value);
    }
    if (one === undefined) expect(margin.oneUnitPerHour).toBeUndefined();
    else expect(margin.oneUnitPerHour).toBeCloseTo(one, 9);
  });

  test('is found wherever it is', () => {
    fc.assert(
      fc.property(fc.double({ min: 100.01, max: 1599, noNaN: true }), (at) => {
        const { next: found } = next((x) => (x < at ? 10 : 9));
        expect(found).toMatchObject({ kind: 'step', costPerHour: 9 });
        expect(found.kind === 'step' && Math.abs(found.at - at)).toBeLessThan(1e-3);
      }),
    );
  });

  test('is unknown where time runs out', () => {
    const line = { here: 100, costPerHour: 10, costAt: () => 10, limit: 1600, expired: () => true };
    expect(findMargin(line)).toBeUndefined();
  });
});

const withoutDummies: Replan = (application) =>
  planHarpagon(poseProblem(application, 'proportional'), { dummies: false });

const optimally: Replan = (application) =>
  solveOptimal(poseProblem(application, 'proportional'), { dummies: true }).plan;

function explain(application: LoadedApplication, { by = withoutDummies, expired = never } = {}) {
  const plan = by(application);
  if (!plan.feasible) throw new Error(plan.reason.message);
  return { plan, explanation: explainPlan(plan, application, by, expired) };
}

const applicationOf = (points: readonly Measured[]): LoadedApplication => ({
  name: 'm3',
  rateRps: 198,
  sloMs: 1000,
  hardware: { 'gpu-a': { pricePerHour: 1 } },
  modules: [
    {
      name: 'm3',
      after: [],
      perRequest: 1,
      model: { name: 'm3' },
      measuredOn: {},
      points: points.map(([batchSize, durationMs]) => ({
        hardware: 'gpu-a',
        cores: 1,
        batchSize,
        durationMs,
      })),
    },
  ],
});

describe('the worked example M3, without dummies', () => {
  const { plan, explanation } = explain(applicationOf(M3));

  test('is bound by the first rank, whose batch of 32 takes 961.6 ms', () => {
    expect(plan.costPerHour).toBeCloseTo(5.3, 9);
    expect(explanation.modules).toMatchObject([
      { name: 'm3', bindingRank: 1, path: ['m3'], leading: { hardware: 'gpu-a', cores: 1, batchSize: 32 } },
    ]);
    expect(explanation.modules[0]!.slackMs).toBeCloseTo(1000 - (800 + 32000 / 198), 9);
  });

  test('without batches of 32 it would be six machines of batch 8 and 0.3 of batch 2, for $1 more', () => {
    expect(explanation.modules[0]!.runnerUp).toMatchObject({ batchSize: 8 });
    expect(explanation.modules[0]!.runnerUp!.extraPerHour).toBeCloseTo(1, 9);
  });

  test('a tighter SLO costs nothing down to that worst case, and then a step of the same $1', () => {
    expect(explanation.tighterSlo!.oneUnitPerHour).toBeCloseTo(5.3, 9);
    const { next } = explanation.tighterSlo!;
    if (next.kind !== 'step') throw new Error(next.kind);
    expect(next.at).toBeCloseTo(800 + 32000 / 198, 2);
    expect(next.costPerHour).toBeCloseTo(6.3, 9);
  });

  test('one more request a second takes a share of a machine more', () => {
    // The rest, 6/s, is on batch 2: 20/s for $1.
    expect(explanation.higherRate!.oneUnitPerHour! - plan.costPerHour).toBeCloseTo(1 / 20, 9);
    expect(explanation.higherRate!.next).toMatchObject({ kind: 'slope' });
  });

  test('the curve falls from the tightest SLO to twice the plan, whose own cost is on it', () => {
    const { costOverSlo, complete } = explanationSchema.parse(explanation);
    expect(complete).toBe(true);
    expect(costOverSlo.find(({ sloMs }) => sloMs === 1000)!.costPerHour).toBe(plan.costPerHour);
    expect(costOverSlo.at(-1)!.sloMs).toBe(2000);
    const costs = costOverSlo.map(({ costPerHour }) => costPerHour);
    expect(costs).toEqual(costs.toSorted((a, b) => b - a));
  });
});

describe('a module that pads: 1/s on batches of 4 that take 100 ms, $1 an hour for 40/s, within 500 ms', () => {
  // It pads up to 4000 / (L − 100) = 10/s, which costs $0.25.
  const rare = { ...applicationOf([[4, 100]]), rateRps: 1, sloMs: 500 };
  const { plan, explanation } = explain(rare, { by: optimally });

  test('pays for latency along an arc: 4000 / 400² / 40 USD an hour for each ms', () => {
    expect(plan.costPerHour).toBeCloseTo(0.25, 9);
    for (const [margin, sign] of [
      [explanation.tighterSlo, 1],
      [explanation.looserSlo, -1],
    ] as const) {
      const next = margin!.next;
      if (next.kind !== 'slope') throw new Error(next.kind);
      expect(next.from).toBeCloseTo(500, 1);
      expect(next.usdPerHourPerUnit / (sign * 0.000625)).toBeCloseTo(1, 2);
    }
    expect(explanation.tighterSlo!.oneUnitPerHour).toBeCloseTo(4000 / 399 / 40, 6);
  });

  test('takes more requests in place of padding, up to 10/s', () => {
    const next = explanation.higherRate!.next;
    if (next.kind !== 'slope') throw new Error(next.kind);
    expect(next.from).toBeCloseTo(10, 3);
    expect(next.usdPerHourPerUnit).toBeCloseTo(1 / 40, 4);
  });
});

describe('an explanation', () => {
  test('names no runner-up where nothing else works', () => {
    const { explanation } = explain(applicationOf([[2, 100]]));
    expect(explanation.modules[0]).not.toHaveProperty('runnerUp');
  });

  test('follows the longest path through each module', () => {
    const { plan, explanation } = explain(loadApplication('profiles/traffic.app.yaml'));
    expect(explanation.modules.map(({ name, path }) => [name, path])).toEqual([
      ['detect', expect.arrayContaining(['detect'])],
      ['vehicle', ['detect', 'vehicle']],
      ['plate', ['detect', 'plate']],
    ]);
    const worstMs = (name: string) => plan.modules.find((module) => module.name === name)!.worstCaseMs;
    for (const { path, slackMs } of explanation.modules) {
      expect(slackMs).toBeCloseTo(400 - path.reduce((sum, name) => sum + worstMs(name), 0), 9);
    }
  });

  test('says what is known where time runs out', () => {
    const { explanation } = explain(applicationOf(M3), { expired: () => true });
    expect(explanation).toMatchObject({ complete: false, costOverSlo: [], modules: [{ bindingRank: 1 }] });
    expect(explanation).not.toHaveProperty('modules.0.runnerUp');
    expect(explanation.higherRate).toBeUndefined();
  });
});
