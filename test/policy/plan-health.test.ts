import { describe, expect, it } from 'vitest';
import { type Drift, type PlanHealth, planHealth } from '../../src/policy/plan-health.ts';

const told = (drifts: (Drift | undefined)[]): Drift[] => drifts.filter((drift) => drift !== undefined);

describe('durations', () => {
  /** A batch every four seconds. */
  const run = (ratios: number[]): Drift[] => {
    const health = planHealth(1, 100);
    return told(ratios.map((ratio, batch) => health.batchRun(0, ratio * 20, 20, 4000 * batch)));
  };
  const times = (count: number, ratio: number): number[] => new Array(count).fill(ratio);
  const cases: [sentence: string, ratios: number[], drifts: number][] = [
    ['as planned say nothing', times(500, 1), 0],
    ['within a fifth say nothing', times(500, 1.19), 0],
    ['beyond it are told once', times(500, 1.3), 1],
    ['much shorter ones are told too: the plan is too dear', times(500, 0.6), 1],
    ['a few slow batches are no drift', [...times(100, 1), 3, 3, ...times(100, 1)], 0],
    [
      'are told again after they have been well',
      [...times(100, 1.5), ...times(300, 1), ...times(100, 1.5)],
      2,
    ],
    ['to and fro within minutes are told once', [...times(60, 1.5), ...times(60, 1), ...times(20, 1.5)], 1],
    ['and so are those that then stay', [...times(60, 1.5), ...times(60, 1), ...times(200, 1.5)], 2],
    ['much shorter ones after much longer ones are other news', [...times(60, 1.5), ...times(60, 0.5)], 2],
    ['too few to judge say nothing', times(29, 5), 0],
  ];
  it.each(cases)('%s', (_, ratios, drifts) => {
    expect(run(ratios)).toHaveLength(drifts);
  });

  it('that are nothing beside a millisecond do not drift', () => {
    const health = planHealth(1, 100);
    expect(told(Array.from({ length: 100 }, () => health.batchRun(0, 0.3, 0.01, 0)))).toEqual([]);
    expect(health.durationRatio(0)).toBe(1);
  });

  it('are watched by what is told: the same ratio, from the same batch on', () => {
    const health = planHealth(1, 100);
    for (let batch = 1; batch < 30; batch++) expect(health.batchRun(0, 30, 20, 0)).toBeUndefined();
    expect(health.durationRatio(0)).toBe(1);
    expect(health.batchRun(0, 30, 20, 0)).toEqual({ kind: 'durations', module: 0, ratio: 1.5 });
    expect(health.durationRatio(0)).toBe(1.5);
  });
});

describe('the rate', () => {
  const run = (rates: number[]): Drift[] => {
    const health = planHealth(1, 100);
    const drifts: (Drift | undefined)[] = [];
    let nowMs = 0;
    for (const rate of rates) {
      // Five seconds of it.
      for (let sent = 0; sent < 5 * rate; sent++) {
        drifts.push(health.arrived(1, nowMs));
        nowMs += 1000 / rate;
      }
    }
    return told(drifts);
  };
  it.each<[string, number[], number]>([
    ['as planned says nothing', [100, 100, 100, 100], 0],
    ['one high window is a burst', [100, 180, 100, 100], 0],
    ['two in a row are drift, told once', [100, 150, 150, 150, 150, 150], 1],
    ['a low one harms nobody', [10, 10, 10], 0],
    ['to and fro within minutes is told once', [150, 150, 150, 100, 100, 150, 150, 150], 1],
    [
      'is told again after it has been well for long',
      [150, 150, 150, ...new Array(120).fill(100), 150, 150, 150],
      2,
    ],
  ])('%s', (_, rates, drifts) => {
    expect(run(rates)).toHaveLength(drifts);
  });

  /** As many in each second, of the application or of a module alone. */
  const arrive = (
    health: PlanHealth,
    fromS: number,
    toS: number,
    requests: number,
    module?: number,
  ): void => {
    for (let second = fromS; second < toS; second++) health.arrived(requests, second * 1000, module);
  };
  it('is that of the last five seconds, and none when they were quiet', () => {
    const health = planHealth(1, 100);
    expect(health.rateRatio(0)).toBe(1);
    arrive(health, 0, 5, 150);
    expect(health.rateRatio(4999)).toBe(1);
    expect(health.rateRatio(5000)).toBe(1.5);
    expect(health.rateRatio(9999)).toBe(1.5);
    expect(health.rateRatio(10_000)).toBe(0);
    health.arrived(1, 60_000);
    expect(health.rateRatio(60_000)).toBe(0);
    expect(health.rateRatio(65_000)).toBeCloseTo(1 / 500);
  });
  it('counts calls of modules alone, at the one that has most of them', () => {
    const health = planHealth(3, 100);
    arrive(health, 0, 5, 80);
    arrive(health, 4, 5, 50, 1);
    arrive(health, 4, 5, 200, 2);
    expect(health.rateRatio(5000)).toBe(1.2);
    arrive(health, 5, 10, 80);
    expect(health.rateRatio(10_000)).toBe(0.8);
  });
});
