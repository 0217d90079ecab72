/** Seeded problems of many modules, shaped like those that planning is timed on. */
import { seededRandom } from '../../../src/numeric/prng.ts';
import type { PlanningProblem } from '../../../src/planning/problem.ts';
import { type Measured, type ModuleSketch, problemOf } from '../problems.ts';
import { fastestPathMs } from './small-problems.ts';

const HARDWARE = { a: { pricePerHour: 0.5 }, b: { pricePerHour: 1 }, c: { pricePerHour: 3 } };
const SPEED = { a: 1, b: 2.4, c: 8 };
const BATCH_SIZES = [1, 2, 3, 4, 5];

/** In a chain every module waits for the one before, in a DAG for one or two earlier ones. */
export function largeProblem(seed: number, kind: 'chain' | 'dag', size: number): PlanningProblem {
  const random = seededRandom(seed);
  const earlier = (index: number): string => `m${Math.floor(random.uniform() * index)}`;
  const after = (index: number): string[] => {
    if (index === 0) return [];
    return kind === 'chain' ? [`m${index - 1}`] : [...new Set([earlier(index), earlier(index)])];
  };
  /** Durations grow a little less than the batch, with some noise. */
  const points = (): Measured[] => {
    const baseMs = 5 + 45 * random.uniform();
    return BATCH_SIZES.flatMap((batchSize) =>
      Object.entries(SPEED).map(([hardware, speed]): Measured => {
        const noise = 0.95 + 0.1 * random.uniform();
        return [batchSize, (baseMs / speed) * (0.4 + 0.6 * batchSize ** 0.9) * noise, hardware];
      }),
    );
  };
  const modules: Record<string, ModuleSketch> = {};
  for (let index = 0; index < size; index++) modules[`m${index}`] = { points: points(), after: after(index) };
  const problem = problemOf({ rateRps: 120, sloMs: 1, hardware: HARDWARE, modules });
  return { ...problem, sloMs: fastestPathMs(problem) * (1.5 + 4 * random.uniform()) };
}
