import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeasiblePlan } from '../../src/domain/plan.ts';
import { PLANNERS } from '../../src/planning/planners.ts';
import type { PlannerName } from '../../src/planning/problem.ts';
import { checkPlan } from './check-plan.ts';
import { M3, type ModuleSketch, type ProblemSketch, problemOf, problems } from './problems.ts';

const BASELINES = ['scrooge', 'nexus', 'inferline', 'clipper'] as const satisfies PlannerName[];

const plan = (planner: PlannerName, sketch: ProblemSketch, dummies = true) => {
  const problem = problemOf(sketch);
  const found = PLANNERS[planner](problem, { dummies });
  if (found.feasible) checkPlan(found, problem);
  return found;
};

const feasible = (...asked: Parameters<typeof plan>): FeasiblePlan => {
  const found = plan(...asked);
  if (!found.feasible) throw new Error(found.reason.message);
  return found;
};

/** "4×b32 1×b2", module after module. */
const machines = ({ modules }: FeasiblePlan): string =>
  modules
    .map(({ allocations }) =>
      allocations.map((a) => `${Number(a.machines.toFixed(6))}×b${a.batchSize}`).join(' '),
    )
    .join(', ');

describe('the worked example M3', () => {
  const m3 = { rateRps: 198, sloMs: 1000, modules: { m3: { points: M3 } } };

  test.each<[string, PlannerName, number, string, number[]]>([
    [
      'scrooge: each point collects at its own rate, and only two may be used',
      'scrooge',
      5.9,
      '4×b32 1×b2 0.9×b2',
      [1000, 200, 211.1],
    ],
    [
      'nexus: full machines wait for twice their duration, the rest runs the largest batch that fills in time',
      'nexus',
      6.3,
      '6×b8 0.3×b2',
      [500, 433.3],
    ],
    ['inferline: replicas of one batch size, the last one rented whole', 'inferline', 7, '7×b8', [500]],
    ['clipper: replicas of one batch size, the last one rented whole', 'clipper', 7, '7×b8', [500]],
  ])('%s', (_, planner, costPerHour, expected, worstMs) => {
    const found = feasible(planner, m3);
    expect(found.costPerHour).toBeCloseTo(costPerHour, 9);
    expect(machines(found)).toBe(expected);
    expect(found.modules[0]!.allocations.map((a) => Number(a.worstCaseMs.toFixed(1)))).toEqual(worstMs);
  });

  test('without dummies the last replica must fill its batches alone', () => {
    expect(machines(feasible('clipper', m3, false))).toBe('9×b2 0.9×b2');
  });
});

describe('the example that Nexus publishes', () => {
  const A = [
    [8, 75],
    [16, 100],
  ] as const;
  const B = [
    [4, 50],
    [16, 125],
  ] as const;

  test.each([
    [
      'A at a high rate runs the batch that fits twice into its SLO, 160/s a machine',
      A,
      1600,
      200,
      '10×b16',
      200,
    ],
    ['B at a high rate likewise, 128/s a machine', B, 1280, 250, '10×b16', 250],
    ['A at 64/s takes batches of 8: a duty cycle of 125 ms, occupied to 0.6', A, 64, 200, '0.6×b8', 200],
    [
      'B at 32/s takes batches of 4 in the same cycle, and fits into what is left: 0.4',
      B,
      32,
      250,
      '0.4×b4',
      175,
    ],
  ])('%s', (_, points, rateRps, sloMs, expected, worstCaseMs) => {
    const found = feasible('nexus', { rateRps, sloMs, modules: { model: { points } } });
    expect(machines(found)).toBe(expected);
    expect(found.worstCaseMs).toBeCloseTo(worstCaseMs, 9);
  });
});

describe('splits', () => {
  const stage = (after: string[] = []): ModuleSketch => ({ points: M3, after });

  test('clipper: even along the longest path, so a short branch gets no more of it than its path leaves', () => {
    const found = feasible('clipper', {
      rateRps: 400,
      sloMs: 1500,
      modules: { a: stage(), b: stage(['a']), c: stage(['b']), d: stage(['a']) },
    });
    // A third of the SLO for a, b and c; half of it for d, whose last machine may then take 750 ms.
    expect(machines(found)).toBe('13×b8, 13×b8, 13×b8, 12×b8 0.5×b8');
    const tight = plan('clipper', {
      rateRps: 400,
      sloMs: 590,
      modules: { a: stage(), b: stage(['a']), c: stage(['b']), d: stage(['a']) },
    });
    expect(tight).toMatchObject({
      feasible: false,
      reason: { code: 'not-found', where: 'a', neededMs: 200, availableMs: 590 / 3 },
    });
  });

  test('inferline climbs one batch size at a time, and stops where the next one saves nothing', () => {
    const points = (second: number) =>
      [
        [1, 10],
        [2, second],
        [4, 24],
      ] as const;
    const one = (second: number) => ({
      rateRps: 1000,
      sloMs: 100,
      modules: { m: { points: points(second) } },
    });
    expect(machines(feasible('inferline', one(16)))).toBe('6×b4');
    expect(machines(feasible('inferline', one(20)))).toBe('10×b1');
  });

  test('nexus gives the latency to whom it saves most, to a hundredth of the SLO', () => {
    const found = feasible('nexus', {
      rateRps: 320,
      sloMs: 1840,
      modules: { a: { points: M3, perRequest: 0.125 }, b: { points: M3, after: ['a'] } },
    });
    // b runs batches of 32 in 1600 ms; 240 ms are left to a, which takes 200 of them.
    expect(machines(found)).toBe('2×b2, 8×b32');
  });

  test('scrooge sees throughput, not cost: the module that speeds up gets the latency, however rare', () => {
    const rare = {
      points: [
        [1, 10],
        [16, 100],
      ] as const,
      perRequest: 0.5,
    };
    const costly = {
      points: [
        [1, 100],
        [2, 150],
      ] as const,
      after: ['rare'],
    };
    const sketch = { rateRps: 1000, sloMs: 250, modules: { rare, costly } };
    expect(feasible('scrooge', sketch).costPerHour).toBeGreaterThan(feasible('harpagon', sketch).costPerHour);
  });
});

describe('where there is no plan', () => {
  test.each(BASELINES)('%s names the path that binds', (planner) => {
    const points: ModuleSketch['points'] = [[1, 20]];
    const found = plan(planner, {
      rateRps: 100,
      sloMs: 30,
      modules: { detect: { points }, vehicle: { points, after: ['detect'] } },
    });
    expect(found.feasible).toBe(false);
    if (!found.feasible) expect(found.reason.message).toMatch(/detect.*needs/);
  });

  test('a planner for one kind of machine says that no kind runs everything', () => {
    const found = plan('clipper', {
      rateRps: 10,
      sloMs: 1000,
      hardware: { gpu: { pricePerHour: 1 }, tpu: { pricePerHour: 1 } },
      modules: { a: { points: [[1, 10, 'gpu']] }, b: { points: [[1, 10, 'tpu']], after: ['a'] } },
    });
    expect(found).toMatchObject({ feasible: false, reason: { code: 'not-found', where: 'a, b' } });
  });

  test.each(['inferline', 'clipper'] as const)('%s says when there are too few machines', (planner) => {
    const few = { 'gpu-a': { pricePerHour: 1, count: 6 } };
    const found = plan(planner, {
      rateRps: 198,
      sloMs: 1000,
      hardware: few,
      modules: { m3: { points: M3 } },
    });
    expect(found).toMatchObject({ feasible: false, reason: { code: 'capacity', where: 'm3' } });
  });
});

describe('any problem', () => {
  const kinds = (found: FeasiblePlan) =>
    new Set(found.modules.flatMap(({ allocations }) => allocations.map(({ hardware }) => hardware)));
  const mostPoints = (found: FeasiblePlan) =>
    Math.max(
      ...found.modules.map(
        ({ allocations }) => new Set(allocations.map((a) => `${a.hardware} ${a.cores} ${a.batchSize}`)).size,
      ),
    );

  test.each([
    ['scrooge', 2, 3, 'group'],
    ['nexus', 2, 1, 'round-robin'],
    ['inferline', 1, 3, 'round-robin'],
    ['clipper', 1, 1, 'round-robin'],
  ] as const)('%s keeps to its rules, and to what it promises', (planner, points, hardware, dispatch) => {
    fc.assert(
      fc.property(problems, (problem) => {
        const found = PLANNERS[planner](problem);
        if (!found.feasible) return;
        checkPlan(found, problem);
        expect(mostPoints(found)).toBeLessThanOrEqual(points);
        expect(kinds(found).size).toBeLessThanOrEqual(hardware);
        expect(new Set(found.modules.map((module) => module.dispatch))).toEqual(new Set([dispatch]));
      }),
      { numRuns: 150 },
    );
  });

  test('no baseline pads when it must not', () => {
    fc.assert(
      fc.property(problems, fc.constantFrom(...BASELINES), (problem, planner) => {
        const found = PLANNERS[planner](problem, { dummies: false });
        if (found.feasible)
          expect(found.modules.map(({ dummyRps }) => dummyRps)).toEqual(found.modules.map(() => 0));
      }),
      { numRuns: 150 },
    );
  });

  test('names change nothing', () => {
    fc.assert(
      fc.property(problems, fc.constantFrom(...BASELINES, 'harpagon' as const), (problem, planner) => {
        const renamed = {
          ...problem,
          modules: problem.modules.map((module) => ({
            ...module,
            name: `${module.name}'`,
            after: module.after.map((parent) => `${parent}'`),
          })),
        };
        const costs = [problem, renamed].map((asked) => {
          const found = PLANNERS[planner](asked);
          return found.feasible ? found.costPerHour : undefined;
        });
        expect(costs[0]).toEqual(costs[1]);
      }),
      { numRuns: 100 },
    );
  });
});
