/** Problems small enough that every choice can be tried. */
import fc from 'fast-check';
import type { HardwareTable } from '../../../src/domain/hardware.ts';
import type { Billing } from '../../../src/domain/plan.ts';
import type { PlanningProblem } from '../../../src/planning/problem.ts';
import { type Measured, problemOf } from '../problems.ts';
import { SHAPES, type Shape } from './brute-force.ts';

/** Up to four points; rates are those of a few machines. */
const fewPoints: fc.Arbitrary<Measured[]> = fc
  .uniqueArray(
    fc.tuple(
      fc.constantFrom(1, 2, 4, 8),
      fc.integer({ min: 10, max: 120 }),
      fc.constantFrom('gpu-a', 'gpu-b', 'cpu'),
      fc.constantFrom(1, 2),
    ),
    {
      minLength: 1,
      maxLength: 4,
      selector: ([batch, , on, cores]) => [batch, on, on === 'cpu' ? cores : 1].join(),
    },
  )
  .map((points) =>
    points.map(([b, d, on, cores]): Measured => [b, d * Math.sqrt(b), on, on === 'cpu' ? cores : 1]),
  );

const counts = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined });

/** @param loosest SLO over the longest path of fastest durations */
export const smallProblem = (shape: Shape, loosest: number): fc.Arbitrary<PlanningProblem> =>
  fc
    .record({
      rateRps: fc.double({ min: 1, max: shape === 'one' ? 60 : 25, noNaN: true }),
      // Off every limit that round durations could lie at: there, one rounding more or less decides.
      looseness: fc
        .integer({ min: 1200, max: loosest * 1000 })
        .map((thousandths) => (thousandths + 0.137) / 1000),
      billing: fc.constantFrom<Billing>('proportional', 'whole'),
      points: fc.array(fewPoints, { minLength: SHAPES[shape].length, maxLength: SHAPES[shape].length }),
      perRequest: fc.constantFrom(0.6, 1, 1.7),
      price: fc.double({ min: 0.3, max: 3, noNaN: true }),
      gpus: counts,
      cpus: counts,
    })
    .map(({ looseness, points, perRequest, price, gpus, cpus, ...sketch }) => {
      const hardware: HardwareTable = {
        'gpu-a': { pricePerHour: 1, ...(gpus && { count: gpus }) },
        'gpu-b': { pricePerHour: price },
        cpu: { pricePerHour: 0.5, cores: 2, ...(cpus && { count: cpus }) },
      };
      const modules = Object.fromEntries(
        SHAPES[shape].map((parents, id) => [
          `m${id}`,
          {
            points: points[id]!,
            after: parents.map((parent) => `m${parent}`),
            perRequest: id % 2 ? perRequest : 1,
          },
        ]),
      );
      const problem = problemOf({ ...sketch, sloMs: 1, modules, hardware });
      return { ...problem, sloMs: looseness * fastestPathMs(problem) };
    });

/** The longest path with every module at its fastest. */
export function fastestPathMs({ modules }: PlanningProblem): number {
  const ends = new Map<string, number>();
  for (const { name, after, points } of modules) {
    const start = Math.max(0, ...after.map((parent) => ends.get(parent)!));
    ends.set(name, start + Math.min(...points.map(({ durationMs }) => durationMs)));
  }
  return Math.max(...ends.values());
}
