import { describe, expect, it } from 'vitest';
import { FAN_OUTS } from '../../src/domain/simulation.ts';
import { seededRandom } from '../../src/numeric/prng.ts';
import { taskCounts } from '../../src/simulation/fan-out.ts';
import { planOf } from '../plan-of.ts';

const PER_REQUEST: Readonly<Record<string, number>> = { detect: 1, vehicle: 1.8, plate: 0.6, join: 0.3 };
const AFTER: Readonly<Record<string, string[]>> = {
  vehicle: ['detect'],
  plate: ['vehicle'],
  join: ['vehicle', 'plate'],
};

const made = planOf(
  'app',
  Object.keys(PER_REQUEST).map((name) => ({ name, after: AFTER[name] ?? [] })),
);
const plan = {
  ...made,
  modules: made.modules.map((module) => ({ ...module, perRequest: PER_REQUEST[module.name]! })),
};

const REQUESTS = 100_000;

describe.each(FAN_OUTS)('%s fan-out', (fanOut) => {
  const counts = taskCounts(plan, fanOut, seededRandom(4))!;
  const rows = Array.from({ length: REQUESTS }, (_, request) => {
    const row = plan.modules.map((_, stage) => (stage === 0 ? 1 : counts.of(request, stage)));
    counts.forget(request);
    return row;
  });
  const totals = plan.modules.map((_, stage) => rows.reduce((sum, row) => sum + row[stage]!, 0));

  it('keeps the mean of every module', () => {
    const within = fanOut === 'even' ? 1 / REQUESTS : 0.01;
    for (const [stage, { perRequest }] of plan.modules.entries()) {
      expect(Math.abs(totals[stage]! / REQUESTS - perRequest)).toBeLessThan(within);
    }
  });

  it('rounds to a whole number beside the mean, in proportion to the parents', () => {
    for (const [, vehicles, plates] of rows) {
      expect([1, 2]).toContain(vehicles);
      expect(Math.abs(plates! - vehicles! / 3)).toBeLessThan(1);
    }
  });
});

it('even fan-out never strays a task from the mean', () => {
  const counts = taskCounts(plan, 'even', seededRandom(4))!;
  let total = 0;
  for (let request = 1; request <= 1000; request++) {
    total += counts.of(request, 1);
    expect(Math.abs(total - 1.8 * request)).toBeLessThan(1 + 1e-9);
  }
});

it('where every request has one task everywhere there is nothing to count', () => {
  expect(taskCounts(made, 'random', seededRandom(1))).toBeUndefined();
});
