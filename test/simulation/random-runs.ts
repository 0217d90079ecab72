/** Random plans under random conditions, for what must hold of any simulation. */
import fc from 'fast-check';
import { DEADLINE_RULES, DISPATCH_RULES, type Enforcement } from '../../src/domain/enforcement.ts';
import type { FeasiblePlan } from '../../src/domain/plan.ts';
import { FAN_OUTS } from '../../src/domain/simulation.ts';
import type { ArrivalProcess } from '../../src/simulation/arrivals/arrival-spec.ts';
import { parseArrivals } from '../../src/simulation/arrivals/parse-arrivals.ts';
import type { Scenario } from '../../src/simulation/run-scenario.ts';
import type { Fault } from '../../src/simulation/simulate.ts';
import { planOf } from '../plan-of.ts';

const module = fc.record({
  batchSize: fc.integer({ min: 1, max: 8 }),
  durationMs: fc.integer({ min: 2, max: 40 }),
  machines: fc.integer({ min: 1, max: 3 }),
  budgetMs: fc.integer({ min: 40, max: 150 }),
  perRequest: fc.constantFrom(1, 1, 0.4, 1.7),
  parents: fc.nat(7),
});

/** Of the earlier modules: those whose bit is set. */
const parentsIn = (bits: number, index: number): string[] =>
  Array.from({ length: index }, (_, parent) => parent)
    .filter((parent) => bits & (1 << parent))
    .map((parent) => `m${parent}`);

const plan = fc.array(module, { minLength: 1, maxLength: 4 }).map((shapes): FeasiblePlan => {
  const made = planOf(
    'app',
    shapes.map(({ parents, perRequest, ...shape }, index) => ({
      ...shape,
      name: `m${index}`,
      after: parentsIn(parents, index),
      singleMs: shape.durationMs * 0.5,
    })),
  );
  return {
    ...made,
    modules: made.modules.map((each, index) => ({ ...each, perRequest: shapes[index]!.perRequest })),
  };
});

/** Each worker chosen is lost once and comes back, or does not. */
const faultsOf = (workers: number): fc.Arbitrary<Fault[]> =>
  fc
    .uniqueArray(
      fc.record({
        worker: fc.nat(workers - 1),
        downMs: fc.nat(800),
        upAfterMs: fc.option(fc.integer({ min: 1, max: 300 })),
      }),
      { selector: ({ worker }) => worker, maxLength: 3 },
    )
    .map((losses) =>
      losses
        .flatMap(({ worker, downMs, upAfterMs }): Fault[] => [
          { kind: 'down', worker, timeMs: downMs },
          ...(upAfterMs === null ? [] : [{ kind: 'up' as const, worker, timeMs: downMs + upAfterMs }]),
        ])
        .sort((a, b) => a.timeMs - b.timeMs),
    );

export const rulesArbitrary: fc.Arbitrary<Enforcement> = fc.record({
  dispatch: fc.constantFrom(...DISPATCH_RULES),
  deadlines: fc.constantFrom(...DEADLINE_RULES),
  paced: fc.boolean(),
});

export const scenarioArbitrary: fc.Arbitrary<Scenario> = plan.chain((plan) =>
  fc.record({
    plan: fc.constant(plan),
    arrivals: fc
      .constantFrom('uniform', 'poisson', 'gamma:2', 'burst:7/poisson', 'steps:x3@0.2,x0@0.2')
      .map((text) => parseArrivals(text) as ArrivalProcess),
    rateRps: fc.integer({ min: 20, max: 900 }),
    sloMs: fc.integer({ min: 10, max: 500 }),
    lastsMs: fc.constant(Number.POSITIVE_INFINITY),
    requests: fc.integer({ min: 1, max: 150 }),
    seed: fc.nat(1000),
    times: fc.constantFrom<Scenario['times']>({ kind: 'exact' }, { kind: 'jitter', cv: 0.3 }),
    fanOut: fc.constantFrom(...FAN_OUTS),
    faults: faultsOf(plan.modules.reduce((sum, { allocations }) => sum + allocations[0]!.machines, 0)),
    delay: fc.constantFrom(undefined, { leastMs: 0, mostMs: 30 }),
  }),
);
