import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENFORCEMENT } from '../../src/domain/enforcement.ts';
import type { FeasiblePlan } from '../../src/domain/plan.ts';
import { carriedRate, runScenario, type Scenario } from '../../src/simulation/run-scenario.ts';
import { planOf } from '../plan-of.ts';
import { rulesArbitrary, scenarioArbitrary } from './random-runs.ts';

/** Rules that know no durations; they may start what ends late. */
const LEARNING: readonly string[] = ['timeout', 'aimd'];

const sumOf = <Item>(items: readonly Item[], figure: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + figure(item), 0);

const reversed = (text: string): string => `zz-${9 - Number(text.slice(1))}`;

/** The same modules by other names, which sort the other way round. */
const renamed = (plan: FeasiblePlan): FeasiblePlan => ({
  ...plan,
  modules: plan.modules.map((module) => ({
    ...module,
    name: reversed(module.name),
    after: module.after.map(reversed),
  })),
});

describe('any simulation', () => {
  it('ends every request once: arrived = served + late + expired + shed + failed, in all, in every interval', () => {
    fc.assert(
      fc.property(scenarioArbitrary, rulesArbitrary, (scenario, rules) => {
        const seen = runScenario(scenario, rules);
        const { served, late, expired, shed, failed, timeline, machines, modules } = seen;
        expect(served + late + expired + shed + failed).toBe(scenario.requests);
        expect(seen.requests).toBe(scenario.requests);
        expect(sumOf(timeline, ({ sent }) => sent)).toBe(scenario.requests);
        expect(timeline.at(-1)!.queue).toBe(0);
        for (const each of timeline) {
          expect(each.served + each.late + each.expired + each.shed + each.failed).toBe(each.requests);
        }
        expect(sumOf(seen.histogram, ({ count }) => count)).toBe(served + late);
        expect(sumOf(Object.values(seen.shedBecause), (count) => count)).toBe(shed);
        expect(sumOf(modules, (module) => module.expired)).toBe(expired);
        expect(sumOf(modules, ({ batches }) => batches)).toBe(sumOf(machines, ({ batches }) => batches));
        for (const { busyFraction, meanBatch, batchSize } of machines) {
          expect(busyFraction).toBeLessThanOrEqual(1);
          expect(meanBatch).toBeLessThanOrEqual(batchSize);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('has misses where an interval says that the promise could not hold', () => {
    fc.assert(
      fc.property(scenarioArbitrary, rulesArbitrary, (scenario, rules) => {
        const isExact = scenario.times.kind === 'exact' && (scenario.faults ?? []).length === 0;
        fc.pre(isExact && scenario.plan.modules.every(({ perRequest }) => perRequest === 1));
        const { timeline, served, requests } = runScenario(scenario, rules);
        if (served === requests) expect(timeline.every(({ feasible }) => feasible)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('is the same for the same seed, to the byte, and whatever the modules are called', () => {
    fc.assert(
      fc.property(scenarioArbitrary, rulesArbitrary, (scenario, rules) => {
        const once = JSON.stringify(runScenario(scenario, rules));
        expect(JSON.stringify(runScenario(scenario, rules))).toBe(once);
        const other = JSON.stringify(runScenario({ ...scenario, plan: renamed(scenario.plan) }, rules));
        expect(other.replace(/zz-(\d)/g, (_, digit) => `m${9 - Number(digit)}`)).toBe(once);
      }),
      { numRuns: 100 },
    );
  });

  it('starts nothing that ends late where durations are exact and the rule knows them', () => {
    fc.assert(
      fc.property(scenarioArbitrary, rulesArbitrary, (scenario, rules) => {
        fc.pre(!LEARNING.includes(rules.dispatch) && scenario.times.kind === 'exact');
        expect(runScenario(scenario, rules).late).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});

it('the rate that is carried keeps the attainment, and one that is a tenth higher does not', () => {
  const scenario: Scenario = {
    plan: planOf('app', [{ name: 'm', durationMs: 30, singleMs: 12, machines: 2, budgetMs: 90 }]),
    arrivals: { kind: 'poisson' },
    rateRps: 100,
    sloMs: 90,
    lastsMs: 20_000,
    requests: Number.POSITIVE_INFINITY,
    seed: 1,
    times: { kind: 'exact' },
  };
  const { rateRps } = carriedRate(scenario, ENFORCEMENT, 0.95);
  const attainmentAt = (factor: number): number =>
    runScenario({ ...scenario, rateRps: rateRps! * factor }, ENFORCEMENT).attainment;
  expect(attainmentAt(1)).toBeGreaterThan(0.94);
  expect(attainmentAt(1.1)).toBeLessThan(0.94);
});
