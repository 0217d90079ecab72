import { describe, expect, test } from 'vitest';
import type { Explanation } from '../../src/domain/explanation.ts';
import type { FeasiblePlan } from '../../src/domain/plan.ts';
import { renderCostCurve } from '../../src/report/cost-curve-chart.ts';
import { plainStyle } from '../../src/report/style.ts';

/** A plan of $4 within 50 ms, and what it costs at 2, 4, … 100 ms. */
const chart = (costs: readonly (number | undefined)[], complete = true): string => {
  const plan = { costPerHour: 4, sloMs: 50 } as FeasiblePlan;
  const costOverSlo = costs.flatMap((costPerHour, index) =>
    costPerHour === undefined ? [] : [{ sloMs: (index + 1) * 2, costPerHour }],
  );
  return renderCostCurve(plan, { modules: [], costOverSlo, complete } satisfies Explanation, plainStyle);
};

describe('the cost over the SLO', () => {
  test('is drawn from zero; what exceeds the chart ends in an arrow, and where there is no plan there is no bar', () => {
    const flat = (costPerHour: number, times: number) => new Array<number>(times).fill(costPerHour);
    expect(chart([undefined, 40, 10, ...flat(5, 10), ...flat(4, 20), ...flat(2.5, 17)])).toBe(
      `cost an hour over the SLO  (no plan: 2.00 ms and less)
$10.00 ┤ ↑█
       │ ██
       │ ██
       │ ██
 $5.00 ┤ ████████████▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂
       │ ████████████████████████████████
       │ █████████████████████████████████████████████████
       │ █████████████████████████████████████████████████
    $0 └────────────────────────┴─────────────────────────
        0                       50.0 ms             100 ms`,
    );
  });

  test('says where time ran out', () => {
    const costs = [undefined, undefined, ...new Array<number>(48).fill(4)];
    expect(chart(costs, false)).toContain('(not looked at: 4.00 ms and less)');
  });

  test('is left out where hardly anything is known', () => {
    expect(chart([4])).toBe('');
  });
});
