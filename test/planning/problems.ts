/** Planning problems for tests. */
import fc from 'fast-check';
import type { HardwareTable } from '../../src/domain/hardware.ts';
import type { Billing } from '../../src/domain/plan.ts';
import { operatingPoints } from '../../src/latency/operating-points.ts';
import type { ModuleProblem, PlanningProblem } from '../../src/planning/problem.ts';

export const ONE_GPU: HardwareTable = { 'gpu-a': { pricePerHour: 1 } };

/** [batchSize, durationMs] on one kind of machine, or [batchSize, durationMs, hardware, cores]. */
export type Measured = readonly [batchSize: number, durationMs: number, hardware?: string, cores?: number];

/** The worked example of the planning model. */
export const M3: readonly Measured[] = [
  [2, 100],
  [8, 250],
  [32, 800],
];

export interface ModuleSketch {
  readonly points: readonly Measured[];
  readonly after?: readonly string[];
  readonly perRequest?: number;
}

export interface ProblemSketch {
  readonly rateRps: number;
  readonly sloMs: number;
  readonly modules: Readonly<Record<string, ModuleSketch>>;
  readonly hardware?: HardwareTable;
  readonly billing?: Billing;
}

export function problemOf(sketch: ProblemSketch): PlanningProblem {
  const { rateRps, sloMs, hardware = ONE_GPU, billing = 'proportional' } = sketch;
  const modules = Object.entries(sketch.modules).map(
    ([name, { points, after = [], perRequest = 1 }]): ModuleProblem => ({
      name,
      after,
      perRequest,
      rateRps: rateRps * perRequest,
      points: operatingPoints(
        points.map(([batchSize, durationMs, on = 'gpu-a', cores = 1]) => ({
          hardware: on,
          cores,
          batchSize,
          durationMs,
        })),
        hardware,
      ),
    }),
  );
  return { application: 'test', rateRps, sloMs, billing, modules, hardware };
}

const HARDWARE: HardwareTable = {
  'gpu-a': { pricePerHour: 1 },
  'gpu-b': { pricePerHour: 2.5 },
  cpu: { pricePerHour: 0.4, cores: 4 },
};

/** Durations that grow with the batch on three kinds of machines. */
const measured: fc.Arbitrary<Measured[]> = fc
  .uniqueArray(
    fc.record({
      hardware: fc.constantFrom('gpu-a', 'gpu-b', 'cpu'),
      cores: fc.constantFrom(1, 2, 4),
      fixedMs: fc.integer({ min: 1, max: 60 }),
      perRequestMs: fc.integer({ min: 1, max: 40 }),
      batchSizes: fc.subarray([1, 2, 4, 8, 16, 32], { minLength: 1 }),
    }),
    {
      minLength: 1,
      maxLength: 3,
      selector: ({ hardware, cores }) => (hardware === 'cpu' ? `cpu/${cores}` : hardware),
    },
  )
  .map((kinds) =>
    kinds.flatMap(({ hardware, cores, fixedMs, perRequestMs, batchSizes }) =>
      batchSizes.map((batch): Measured => {
        const used = hardware === 'cpu' ? cores : 1;
        return [batch, (fixedMs + perRequestMs * batch) / used, hardware, used];
      }),
    ),
  );

const module = (after: readonly string[]): fc.Arbitrary<ModuleSketch> =>
  fc.record({ points: measured, after: fc.constant(after), perRequest: fc.constantFrom(0.3, 1, 2.5) });

const modules: fc.Arbitrary<Record<string, ModuleSketch>> = fc.oneof(
  fc.record({ one: module([]) }),
  fc.record({ first: module([]), second: module(['first']) }),
  fc.record({
    root: module([]),
    left: module(['root']),
    right: module(['root']),
    join: module(['left', 'right']),
  }),
  fc.record({ root: module([]), left: module(['root']), right: module(['root']), leaf: module(['left']) }),
);

/** Problems of one to four modules, from hopeless to loose. */
export const problems: fc.Arbitrary<PlanningProblem> = fc
  .record({
    rateRps: fc.double({ min: 0.2, max: 500, noNaN: true }),
    // Off every limit that round durations could lie at: there, one rounding more or less decides.
    sloMs: fc.integer({ min: 10_000, max: 3_000_000 }).map((micros) => (micros + 0.137) / 1000),
    billing: fc.constantFrom<Billing>('proportional', 'whole'),
    modules,
  })
  .map((sketch) => problemOf({ ...sketch, hardware: HARDWARE }));
