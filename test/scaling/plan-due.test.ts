import { describe, expect, it } from 'vitest';
import { PlanDue } from '../../src/scaling/plan-due.ts';

/** What is told over so many ticks each. */
function told(
  range: { least: number; planned: number; most: number },
  spells: [cores: number, ticks: number, isShort?: boolean][],
) {
  const due = new PlanDue(range);
  return spells.flatMap(([cores, ticks, isShort = false]) =>
    Array.from({ length: ticks }, () => due.tick(cores, isShort)).filter((limit) => limit !== undefined),
  );
}

const GROWS = { least: 1, planned: 2, most: 4 };

describe('another plan is due', () => {
  it.each<[string, Parameters<typeof told>[1], string[]]>([
    ['where a module stands at its ceiling for minutes: told once', [[4, 600]], ['ceiling']],
    ['where it stands below the plan at its floor', [[1, 600]], ['floor']],
    ['where more would be of use than there is, whatever it has', [[3, 600, true]], ['ceiling']],
    [
      'not in a surge',
      [
        [4, 200],
        [2, 400],
        [4, 200],
      ],
      [],
    ],
    [
      'also where a lull of seconds interrupts the rush',
      [
        [4, 200],
        [2, 20],
        [4, 200],
      ],
      ['ceiling'],
    ],
    ['not where it has what was planned', [[2, 900]], []],
    [
      'again after it has been well',
      [
        [4, 400],
        [2, 400],
        [4, 400],
      ],
      ['ceiling', 'ceiling'],
    ],
  ])('%s', (_, spells, expected) => {
    expect(told(GROWS, spells)).toEqual(expected);
  });

  it('not where the plan itself stands at the limit, and that is enough', () => {
    expect(told({ least: 1, planned: 1, most: 1 }, [[1, 900]])).toEqual([]);
  });
});
