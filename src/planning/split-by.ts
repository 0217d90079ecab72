/** The ways to split the SLO by name: climbing the modules' cost curves in one order or several, or spending quanta. */
import type { SplitRule } from './problem.ts';
import type { Schedule, ScheduleIn } from './schedule-module.ts';
import { splitByQuanta } from './split-by-quanta.ts';
import { nodesOf, type Ordering, splitSlo } from './split-slo.ts';

export interface Splittable {
  /** Numbers of each module's parents, in topological order. */
  readonly parents: readonly number[][];
  readonly sloMs: number;
  readonly scheduleIn: ScheduleIn;
  /** A module's schedules by rising worst case and falling cost; empty where none is fast enough. */
  readonly curveOf: (module: number) => readonly Schedule[];
}

/** Each module's schedule, by every way that the rule tries and that keeps the SLO. */
type Split = (problem: Splittable) => (readonly Schedule[])[];

export const splitBy = (rule: SplitRule, problem: Splittable): (readonly Schedule[])[] =>
  SPLITS[rule](problem);

const climbing =
  (orderings: readonly Ordering[], { nodeMerger }: { nodeMerger: boolean }): Split =>
  ({ parents, sloMs, curveOf }) => {
    const curves = parents.map((_, module) => curveOf(module));
    if (curves.some(({ length }) => length === 0)) return [];
    const nodes = nodesOf(parents, nodeMerger);
    return orderings
      .map((ordering) => splitSlo({ parents, nodes, curves, sloMs }, ordering))
      .filter((levels) => levels !== undefined)
      .map((levels) => levels.map((level, module) => curves[module]![level]!));
  };

const spending =
  (quantumMs: (sloMs: number) => number): Split =>
  ({ parents, sloMs, scheduleIn }) => {
    const schedules = splitByQuanta({ parents, sloMs, quantumMs: quantumMs(sloMs), scheduleIn });
    return schedules === undefined ? [] : [schedules];
  };

const SPLITS: Readonly<Record<SplitRule, Split>> = {
  'latency-cost-efficiency': climbing(['latency-cost-efficiency', 'cost-direct'], { nodeMerger: true }),
  'without-node-merger': climbing(['latency-cost-efficiency', 'cost-direct'], { nodeMerger: false }),
  'without-cost-direct': climbing(['latency-cost-efficiency'], { nodeMerger: true }),
  throughput: climbing(['throughput'], { nodeMerger: false }),
  'quanta-of-1-percent': spending((sloMs) => sloMs / 100),
  'quanta-of-10-ms': spending(() => 10),
  'quanta-of-100-ms': spending(() => 100),
};
