import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planSchema } from '../../src/domain/plan.ts';
import { planHarpagon } from '../../src/planning/harpagon.ts';
import { type PlanningRules, SPLIT_RULES } from '../../src/planning/problem.ts';
import { checkPlan } from './check-plan.ts';
import { M3, type ModuleSketch, type ProblemSketch, problemOf, problems } from './problems.ts';

const plan = (sketch: ProblemSketch, rules: Partial<PlanningRules> = {}) => {
  const problem = problemOf(sketch);
  const found = planHarpagon(problem, rules);
  if (found.feasible) checkPlan(found, problem);
  return found;
};

const feasible = (sketch: ProblemSketch, rules: Partial<PlanningRules> = {}) => {
  const found = plan(sketch, rules);
  if (!found.feasible) throw new Error(found.reason.message);
  return found;
};

const m3 = { rateRps: 198, sloMs: 1000, modules: { m3: { points: M3 } } };

describe('the worked example M3', () => {
  test.each<[string, Partial<PlanningRules>, number, string]>([
    [
      'round-robin machines fill their batches alone',
      { dispatch: 'round-robin', dummies: false },
      6.3,
      '6×8 0.3×2',
    ],
    [
      'batch-aware with two points fills the better one first',
      { maxPoints: 2, dummies: false },
      5.9,
      '4×32 1×2 0.9×2',
    ],
    ['batch-aware with any number of points', { dummies: false }, 5.3, '4×32 1×8 0.3×2'],
    ['two dummy requests a second let the best point take over', {}, 5, '5×32'],
  ])('%s', (_, rules, costPerHour, machines) => {
    const found = feasible(m3, rules);
    expect(found.costPerHour).toBeCloseTo(costPerHour, 9);
    const [module] = found.modules;
    expect(module!.allocations.map((a) => `${Number(a.machines.toFixed(6))}×${a.batchSize}`).join(' ')).toBe(
      machines,
    );
  });

  test('every worst case is the one worked out by hand', () => {
    const worst = (rules: Partial<PlanningRules>) =>
      feasible(m3, rules).modules[0]!.allocations.map(({ worstCaseMs }) => Number(worstCaseMs.toFixed(1)));
    expect(worst({ dummies: false })).toEqual([961.6, 460.5, 433.3]);
    expect(worst({})).toEqual([960]);
  });

  test('the plan is the one that the contract shows', () => {
    expect(planSchema.parse(feasible(m3))).toMatchObject({
      schemaVersion: 1,
      kind: 'plan',
      planner: 'harpagon',
      feasible: true,
      rateRps: 198,
      sloMs: 1000,
      billing: 'proportional',
      costPerHour: 5,
      worstCaseMs: 960,
      modules: [
        {
          name: 'm3',
          rateRps: 198,
          dummyRps: 2,
          budgetMs: 1000,
          worstCaseMs: 960,
          dispatch: 'batch-aware',
          costPerHour: 5,
          allocations: [
            {
              rank: 1,
              hardware: 'gpu-a',
              cores: 1,
              batchSize: 32,
              durationMs: 800,
              machines: 5,
              throughputRps: 40,
              rateRps: 200,
              collectionRateRps: 200,
              worstCaseMs: 960,
              pricePerHour: 1,
              costPerHour: 5,
            },
          ],
        },
      ],
    });
  });

  test('billed whole, the machine that would be partly used is paid for', () => {
    expect(feasible({ ...m3, billing: 'whole' }, { dummies: false }).costPerHour).toBe(6);
    expect(feasible({ ...m3, billing: 'whole' }).costPerHour).toBe(5);
  });
});

describe('dummies', () => {
  test('make a better point usable although it would not be without them', () => {
    const found = feasible({
      rateRps: 21,
      sloMs: 300,
      hardware: { slow: { pricePerHour: 1 }, fast: { pricePerHour: 1.2 } },
      modules: {
        m: {
          points: [
            [4, 120, 'slow'],
            [1, 50, 'fast'],
          ],
        },
      },
    });
    expect(found.costPerHour).toBeCloseTo(2 / 3, 9);
  });

  test('find a plan for one request a minute as soon as the SLO exceeds the fastest batch', () => {
    const rare = { rateRps: 1 / 60, sloMs: 101, modules: { m: { points: M3 } } };
    expect(plan(rare).feasible).toBe(true);
    expect(plan(rare, { dummies: false })).toMatchObject({
      feasible: false,
      reason: {
        code: 'no-point',
        where: 'm',
        availableMs: 101,
        message: 'without dummy requests m needs at least 120100 ms at this rate; the SLO is 101 ms',
      },
    });
  });
});

describe('splitting', () => {
  const stage = (after: string[] = []): ModuleSketch => ({ points: M3, after });

  test('gives the latency to the module that saves most with it', () => {
    const dear: ModuleSketch = { points: M3.map(([b, d]) => [b, d, 'dear'] as const), after: ['cheap'] };
    const found = feasible({
      rateRps: 198,
      sloMs: 1300,
      hardware: { 'gpu-a': { pricePerHour: 0.1 }, dear: { pricePerHour: 10 } },
      modules: { cheap: stage(), dear },
    });
    const [cheap, costly] = found.modules;
    expect(costly!.allocations[0]!.batchSize).toBe(32);
    expect(cheap!.worstCaseMs).toBeLessThan(costly!.worstCaseMs);
  });

  test('parallel branches get the same latency as one of them alone would', () => {
    const chain = feasible({ rateRps: 198, sloMs: 1200, modules: { a: stage(), b: stage(['a']) } });
    const fork = feasible({
      rateRps: 198,
      sloMs: 1200,
      modules: { a: stage(), b: stage(['a']), c: stage(['a']), d: stage(['a']) },
    });
    const costOf = (found: typeof chain, name: string) =>
      found.modules.find((module) => module.name === name)!.costPerHour;
    expect(costOf(fork, 'b')).toBeCloseTo(costOf(fork, 'c'), 9);
    expect(costOf(fork, 'b')).toBeCloseTo(costOf(fork, 'd'), 9);
    // The fork has three times the reason to give latency to the second stage.
    expect(costOf(fork, 'b')).toBeLessThanOrEqual(costOf(chain, 'b') + 1e-9);
  });

  test('what the split leaves over is handed out again', () => {
    const sketch = { rateRps: 37, sloMs: 900, modules: { a: stage(), b: stage(['a']), c: stage(['b']) } };
    const without = feasible(sketch, { reassignments: 0 });
    expect(feasible(sketch).costPerHour).toBeLessThanOrEqual(without.costPerHour);
  });
});

describe('where there is no plan', () => {
  const points: ModuleSketch['points'] = [[1, 20.6]];

  test('the path that binds is named with what it needs and what there is', () => {
    const found = plan({
      rateRps: 10,
      sloMs: 30,
      modules: {
        detect: { points },
        quick: { points: [[1, 5]], after: ['detect'] },
        vehicle: { points, after: ['detect'] },
      },
    });
    expect(found).toMatchObject({
      feasible: false,
      reason: {
        code: 'slo-too-tight',
        where: 'detect → vehicle',
        neededMs: 41.2,
        availableMs: 30,
        message: 'detect → vehicle needs more than 41.2 ms; the SLO is 30 ms',
      },
    });
    expect(planSchema.parse(found)).toEqual(found);
  });

  test('an SLO of exactly the duration leaves no time to fill a batch', () => {
    expect(plan({ rateRps: 10, sloMs: 20.6, modules: { m: { points } } }).feasible).toBe(false);
    expect(plan({ rateRps: 10, sloMs: 20.7, modules: { m: { points } } }).feasible).toBe(true);
  });

  test('too few machines are said to be too few', () => {
    const hardware = { 'gpu-a': { pricePerHour: 1, count: 4 } };
    expect(plan({ ...m3, hardware })).toMatchObject({
      feasible: false,
      reason: {
        code: 'capacity',
        where: 'm3',
        message: expect.stringContaining('4 × gpu-a cannot serve m3 at 198 requests/s within 1000 ms'),
      },
    });
    expect(plan({ ...m3, hardware: { 'gpu-a': { pricePerHour: 1, count: 5 } } }).feasible).toBe(true);
  });
});

describe('capacity', () => {
  test('what does not fit on the counted machines goes to the next best', () => {
    const found = feasible({
      rateRps: 100,
      sloMs: 1000,
      hardware: { few: { pricePerHour: 1, count: 2 }, many: { pricePerHour: 3 } },
      modules: {
        m: {
          points: [
            [4, 100, 'few'],
            [4, 100, 'many'],
          ],
        },
      },
    });
    expect(found.modules[0]!.allocations.map(({ hardware, machines }) => [hardware, machines])).toEqual([
      ['few', 2],
      ['many', 0.5],
    ]);
  });

  test('modules share what there is; the one with the cheaper way out takes it', () => {
    const found = feasible({
      rateRps: 40,
      sloMs: 1000,
      hardware: {
        few: { pricePerHour: 1, count: 1 },
        cheap: { pricePerHour: 1.1 },
        dear: { pricePerHour: 9 },
      },
      modules: {
        a: {
          points: [
            [4, 100, 'few'],
            [4, 100, 'cheap'],
          ],
        },
        b: {
          after: ['a'],
          points: [
            [4, 100, 'few'],
            [4, 100, 'dear'],
          ],
        },
      },
    });
    expect(found.modules.map(({ allocations }) => allocations.map(({ hardware }) => hardware))).toEqual([
      ['cheap'],
      ['few'],
    ]);
  });

  test('cores of a host are counted in whole workers', () => {
    const host = (cores: number) => ({ local: { pricePerHour: 1, cores, count: 1 } });
    const pipeline = (cores: number) =>
      plan({
        rateRps: 5,
        sloMs: 1000,
        hardware: host(cores),
        modules: {
          a: { points: [[1, 50, 'local', 1]] },
          b: { points: [[1, 50, 'local', 1]], after: ['a'] },
          c: { points: [[1, 50, 'local', 1]], after: ['b'] },
        },
      });
    expect(pipeline(3).feasible).toBe(true);
    expect(pipeline(2)).toMatchObject({ feasible: false, reason: { code: 'capacity', where: 'a, b, c' } });
  });
});

describe('any problem', () => {
  const rules: fc.Arbitrary<Partial<PlanningRules>> = fc.record({
    dispatch: fc.constantFrom('batch-aware' as const, 'group' as const, 'round-robin' as const),
    maxPoints: fc.constantFrom(1, 2, Number.POSITIVE_INFINITY),
    dummies: fc.boolean(),
    reassignments: fc.constantFrom(0, 1, Number.POSITIVE_INFINITY),
    hardware: fc.constantFrom('mixed' as const, 'one-type' as const),
    batching: fc.boolean(),
    split: fc.constantFrom(...SPLIT_RULES),
  });

  test('a plan keeps all that it promises, by figures worked out apart', () => {
    fc.assert(
      fc.property(problems, rules, (problem, chosen) => {
        const found = planHarpagon(problem, chosen);
        if (found.feasible) checkPlan(found, problem);
      }),
      { numRuns: 300 },
    );
  });

  test('there is a plan exactly where the fastest durations leave time', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const fastest = new Map<string, number>();
        for (const { name, after, points } of problem.modules) {
          const start = Math.max(0, ...after.map((parent) => fastest.get(parent)!));
          fastest.set(name, start + Math.min(...points.map(({ durationMs }) => durationMs)));
        }
        const longest = Math.max(...fastest.values());
        fc.pre(Math.abs(longest - problem.sloMs) > 1e-3);
        expect(planHarpagon(problem).feasible).toBe(longest < problem.sloMs);
      }),
      { numRuns: 200 },
    );
  });

  test('no plan costs less than the bound that holds for every schedule', () => {
    // The first rank collects at S ≥ m of its point, and none below it is cheaper per request.
    fc.assert(
      fc.property(problems, (problem) => {
        const found = planHarpagon(problem);
        if (!found.feasible) return;
        for (const { name, rateRps, worstCaseMs, costPerHour } of found.modules) {
          const { points } = problem.modules.find((module) => module.name === name)!;
          const bound = Math.min(
            ...points
              .filter(({ durationMs }) => durationMs < worstCaseMs)
              .map(({ batchSize, durationMs, pricePerHour }) => {
                const least = (1000 * batchSize) / (worstCaseMs - durationMs);
                return (Math.max(rateRps, least) * pricePerHour * durationMs) / (1000 * batchSize);
              }),
          );
          expect(costPerHour).toBeGreaterThanOrEqual(bound * (1 - 1e-6));
        }
      }),
      { numRuns: 200 },
    );
  });

  test('counted machines are never exceeded', () => {
    fc.assert(
      fc.property(
        problems,
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        (problem, gpus, cpus) => {
          const counted = {
            ...problem,
            hardware: {
              ...problem.hardware,
              'gpu-a': { ...problem.hardware['gpu-a']!, count: gpus },
              cpu: { ...problem.hardware.cpu!, count: cpus },
            },
          };
          const found = planHarpagon(counted);
          if (found.feasible) checkPlan(found, counted);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('the reassigner never makes a plan dearer', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const [first, second] = [planHarpagon(problem), planHarpagon(problem, { reassignments: 0 })];
        if (!first.feasible || !second.feasible) return;
        expect(first.costPerHour).toBeLessThanOrEqual(second.costPerHour * (1 + 1e-9));
      }),
      { numRuns: 100 },
    );
  });
});
