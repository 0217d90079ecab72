import { expect, test } from 'vitest';
import type { DeadlineRule } from '../../src/domain/enforcement.ts';
import { applicationRoute } from '../../src/policy/route.ts';
import { stageDeadlineMs } from '../../src/policy/stage-deadline.ts';

/** 30 + 60 ms as planned, 10 + 20 at best. */
const route = applicationRoute([
  { name: 'a', after: [], splits: false, tasksPerRequest: 1, worstCaseMs: 30, fastestMs: 10 },
  { name: 'b', after: ['a'], splits: false, tasksPerRequest: 1, worstCaseMs: 60, fastestMs: 20 },
]);

/** Of a request that came at 1000 and may take 100 ms, looked at 5 ms later. */
const due = (deadlines: DeadlineRule, reserveMs: number): number[] =>
  [0, 1].map((stage) =>
    stageDeadlineMs({ deadlines, reserveMs }, { route, arrivedMs: 1000, deadlineMs: 1100 }, stage, 1005),
  );

test.each<[rule: DeadlineRule, without: number[], with10: number[]]>([
  // Planned lengths were made without the reserve.
  ['planned', [1030, 1090], [1030, 1090]],
  ['local', [1035, 1065], [1035, 1065]],
  ['slo', [1080, 1100], [1070, 1090]],
  ['share', [1000 + 100 / 3, 1100], [1030, 1090]],
])('by the rule %s the reserve is left', (rule, without, with10) => {
  for (const [stage, ms] of due(rule, 0).entries()) expect(ms).toBeCloseTo(without[stage]!, 9);
  for (const [stage, ms] of due(rule, 10).entries()) expect(ms).toBeCloseTo(with10[stage]!, 9);
});
