/** What `harp plan` and `harp serve` say beside a plan: that what it stands on, or what it leaves, may not be enough, and how to go on. */
import type { FeasiblePlan, InfeasiblePlan, Plan } from '../domain/plan.ts';
import { shellWord } from '../domain/shell-word.ts';
import { wiringProblems } from '../domain/wiring-problems.ts';
import { ANSWER_MS, isTight } from '../policy/time-outside.ts';
import { unsettledText } from '../report/doubted-points.ts';
import { outsideText } from '../report/outside-text.ts';

/** @param argv of the command that made the plan */
export function planWarnings(plan: Plan, argv: readonly string[]): string[] {
  const ofPrices = (plan.warnings ?? []).map((text) => `warning: ${text}`);
  if (!plan.feasible) return [...ofPrices, ...looser(plan, argv)];
  return [...ofPrices, ...tightness(plan, argv), ...measurementWarnings(plan), ...unwired(plan)];
}

/** That a plan cannot be served yet is no reason not to make one: where inputs come from may be written later. */
function unwired({ modules }: FeasiblePlan): string[] {
  const [first, ...others] = wiringProblems(modules);
  if (first === undefined) return [];
  const { message, details } = first.error;
  return [
    `warning: harp serve will refuse this application: ${message}${others.length > 0 ? `, and ${others.length} more` : ''}`,
    `  → ${details.hint}`,
  ];
}

/** Of a plan that somebody made before. */
export function measurementWarnings(plan: FeasiblePlan): string[] {
  const unsettled = unsettledText(plan);
  return unsettled === undefined ? [] : [`warning: the plan stands on ${unsettled}`];
}

/** The same command with an SLO that has a plan. */
function looser({ reason: { possibleSloMs } }: InfeasiblePlan, argv: readonly string[]): string[] {
  if (possibleSloMs === undefined) return [];
  const others = argv.filter((word, at) => !/^--slo(=|$)/.test(word) && argv[at - 1] !== '--slo');
  return [`→ ${['harp', 'plan', ...others.map(shellWord), '--slo', possibleSloMs].join(' ')}`];
}

/** No figure for the network: nobody has measured it. */
function tightness(plan: FeasiblePlan, argv: readonly string[]): string[] {
  if (!isTight(plan)) return [];
  return [
    `warning: ${outsideText(plan)}. Reading a request and answering it take up to ${ANSWER_MS} ms on this machine, and a network its own time: requests that wait for others until the last moment will be late, or given up (504).`,
    `  → Keep time for that: ${['harp', 'plan', ...argv.map(shellWord), '--reserve', ANSWER_MS].join(' ')}`,
  ];
}
