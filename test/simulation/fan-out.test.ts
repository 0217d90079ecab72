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
    const isOff = ([, vehicles, plates]: number[]): boolean =>
      ![1, 2].includes(vehicles!) || Math.abs(plates! - vehicles! / 3) >= 1;
    expect(rows.filter(isOff)).toEqual([]);
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

it('even fan-out is the same in whatever order it is asked, and row by row comes to the same', () => {
  const counts = taskCounts(plan, 'even', seededRandom(4))!;
  const back = Array.from({ length: 50 }, (_, index) => counts.of(49 - index, 2)).reverse();
  const byRows = back.map((_, request) => {
    let sum = 0;
    for (let part = 0; part < counts.of(request, 1); part++) sum += counts.of(request, 2, part);
    return sum;
  });
  expect(byRows).toEqual(back);
});

it('at random, row by row, keeps the mean as well', () => {
  const counts = taskCounts(plan, 'random', seededRandom(4))!;
  let total = 0;
  for (let request = 0; request < REQUESTS; request++) {
    const vehicles = counts.of(request, 1);
    for (let part = 0; part < vehicles; part++) total += counts.of(request, 2, part);
    counts.forget(request);
  }
  expect(Math.abs(total / REQUESTS - PER_REQUEST.plate!)).toBeLessThan(0.01);
});

it('where every request has one task everywhere there is nothing to count', () => {
  expect(taskCounts(made, 'random', seededRandom(1))).toBeUndefined();
});
