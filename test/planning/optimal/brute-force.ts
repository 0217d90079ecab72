/**
 * The optimum the slow way, for small problems: every choice of machines for every module, and for each combination the best
 * split of the SLO by nested ternary search. Shares no code with the planners: it knows the model's rules only.
 */
import type { PlanningProblem } from '../../../src/planning/problem.ts';

type Module = PlanningProblem['modules'][number];

/** One choice of machines: its whole ones and perhaps a partial one, which takes what is left. */
interface Choice {
  /** The least latency that it can keep. */
  readonly leastMs: number;
  /** USD per hour within a latency from `leastMs` up. */
  readonly cost: (latencyMs: number) => number;
  /** Machines by hardware. */
  readonly used: ReadonlyMap<string, number>;
}

/** A graph of a known shape, to which the split is fitted. */
export type Shape = 'one' | 'chain-of-2' | 'chain-of-3' | 'fork' | 'diamond' | 'crossed';

/** Numbers of each module's parents; `crossed` is not series-parallel. */
export const SHAPES: Readonly<Record<Shape, readonly number[][]>> = {
  one: [[]],
  'chain-of-2': [[], [0]],
  'chain-of-3': [[], [0], [1]],
  fork: [[], [0], [0]],
  diamond: [[], [0], [0], [1, 2]],
  crossed: [[], [], [0, 1], [1]],
};

/** A tenth of the model's tolerance: what lies between is met or not, as rounding will have it. */
const CLOSE = 1e-10;

/** @returns the cheapest plan that costs less than `limitPerHour`, or undefined where there is none; USD per hour */
export function cheaperPlan(
  problem: PlanningProblem,
  shape: Shape,
  dummies: boolean,
  limitPerHour: number,
): number | undefined {
  const { modules, sloMs, hardware } = problem;
  const fastest = modules.map(({ points }) => Math.min(...points.map(({ durationMs }) => durationMs)));
  const loosest = modules.map((_, module) => sloMs - longestBeside(shape, fastest, module));
  const all = modules.map((module, index) =>
    choicesOf(module, problem, dummies, loosest[index]!, limitPerHour).filter(
      ({ leastMs }) => leastMs <= loosest[index]! * (1 + CLOSE),
    ),
  );
  if (all.some(({ length }) => length === 0)) return undefined;
  const floors = all.map((choices, module) => Math.min(...choices.map(({ cost }) => cost(loosest[module]!))));
  const total = floors.reduce((sum, cost) => sum + cost, 0);
  let best = limitPerHour;
  const pick = (chosen: readonly Choice[], floorPerHour: number): void => {
    const module = chosen.length;
    if (floorPerHour >= best) return;
    if (module === modules.length) {
      best = Math.min(best, bestSplit(shape, chosen, sloMs));
      return;
    }
    for (const choice of all[module]!) {
      const picked = [...chosen, choice];
      const fits = Object.entries(hardware).every(
        ([name, { count }]) =>
          count === undefined ||
          picked.reduce((sum, { used }) => sum + (used.get(name) ?? 0), 0) <= count * (1 + CLOSE),
      );
      if (fits) pick(picked, floorPerHour - floors[module]! + choice.cost(loosest[module]!));
    }
  };
  pick([], total);
  return best < limitPerHour ? best : undefined;
}

/** Every choice whose whole machines cost less than the limit. */
function choicesOf(
  { points, rateRps }: Module,
  { billing }: PlanningProblem,
  dummies: boolean,
  loosestMs: number,
  limitPerHour: number,
): Choice[] {
  const ranked = [...points].sort(
    (a, b) => a.pricePerHour / (a.batchSize / a.durationMs) - b.pricePerHour / (b.batchSize / b.durationMs),
  );
  const choices: Choice[] = [];
  const perMachine = ranked.map(({ batchSize, durationMs }) => (1000 * batchSize) / durationMs);

  const add = (counts: readonly number[], partial: number): void => {
    const ranks = counts.flatMap((count, at) => (count > 0 ? [{ at, count }] : []));
    const wholeRps = ranks.reduce((sum, { at, count }) => sum + count * perMachine[at]!, 0);
    const wholeCost = ranks.reduce((sum, { at, count }) => sum + count * ranked[at]!.pricePerHour, 0);
    const listed = partial < 0 ? ranks : [...ranks, { at: partial, count: 0 }];
    const used = new Map<string, number>();
    for (const { at, count } of listed) {
      const { hardware, machineShare } = ranked[at]!;
      used.set(hardware, (used.get(hardware) ?? 0) + Math.max(count, 1) * machineShare);
    }
    // One of a point's machines may be partial below whole ones of the same point.
    const above = (index: number): number =>
      listed.slice(0, index).reduce((sum, { at, count }) => sum + count * perMachine[at]!, 0);
    const worst = (allRps: number): number =>
      Math.max(
        ...listed.map(({ at }, index) => {
          const { durationMs, batchSize } = ranked[at]!;
          return durationMs + (1000 * batchSize) / (allRps - above(index));
        }),
      );
    const least = (latencyMs: number): number =>
      Math.max(
        rateRps,
        ...listed.map(({ at }, index) => {
          const { durationMs, batchSize } = ranked[at]!;
          return above(index) + (1000 * batchSize) / (latencyMs - durationMs);
        }),
      );
    const most = partial < 0 ? wholeRps : wholeRps + perMachine[partial]!;
    if (most < rateRps * (1 - CLOSE)) return;
    if (!dummies) {
      const restRps = rateRps - wholeRps;
      const fitsExactly = partial < 0 ? Math.abs(restRps) <= CLOSE * rateRps : restRps > CLOSE * rateRps;
      if (!fitsExactly) return;
      const { pricePerHour } = ranked[Math.max(partial, 0)]!;
      const rest =
        partial < 0
          ? 0
          : billing === 'whole'
            ? pricePerHour
            : (restRps / perMachine[partial]!) * pricePerHour;
      choices.push({ leastMs: worst(rateRps), cost: () => wholeCost + rest, used });
      return;
    }
    if (partial < 0) choices.push({ leastMs: worst(wholeRps), cost: () => wholeCost, used });
    else {
      const { pricePerHour } = ranked[partial]!;
      const share = (latencyMs: number): number => (least(latencyMs) - wholeRps) / perMachine[partial]!;
      const cost = (latencyMs: number): number =>
        wholeCost + (billing === 'whole' ? 1 : share(latencyMs)) * pricePerHour;
      choices.push({ leastMs: worst(most), cost, used });
    }
  };

  const grow = (at: number, counts: readonly number[], costPerHour: number): void => {
    if (costPerHour >= limitPerHour) return;
    if (at === ranked.length) {
      if (counts.some((count) => count > 0)) add(counts, -1);
      const lowest = counts.findLastIndex((count) => count > 0);
      for (let partial = Math.max(lowest, 0); partial < ranked.length; partial++) add(counts, partial);
      return;
    }
    const { pricePerHour } = ranked[at]!;
    for (let count = 0; costPerHour + count * pricePerHour < limitPerHour; count++) {
      grow(at + 1, [...counts, count], costPerHour + count * pricePerHour);
    }
  };
  grow(0, [], 0);
  return choices.filter(
    ({ leastMs, cost }) => leastMs <= loosestMs * (1 + CLOSE) && cost(loosestMs) < limitPerHour,
  );
}

/** The longest path through a module, without the module. */
function longestBeside(shape: Shape, lengthsMs: readonly number[], module: number): number {
  const parents = SHAPES[shape];
  const upTo = (at: number): number => Math.max(0, ...parents[at]!.map((id) => upTo(id) + lengthsMs[id]!));
  const beyond = (at: number): number =>
    Math.max(0, ...parents.flatMap((ids, id) => (ids.includes(at) ? [beyond(id) + lengthsMs[id]!] : [])));
  return upTo(module) + beyond(module);
}

/** USD per hour; infinite where the choices do not fit into the SLO. */
function bestSplit(shape: Shape, choices: readonly Choice[], sloMs: number): number {
  const least = choices.map(({ leastMs }) => leastMs);
  const limitMs = sloMs * (1 + CLOSE);
  if (choices.some((_, module) => longestBeside(shape, least, module) + least[module]! > limitMs)) {
    return Number.POSITIVE_INFINITY;
  }
  const cost = (module: number, latencyMs: number): number =>
    choices[module]!.cost(Math.max(latencyMs, least[module]!));
  const [a = 0, b = 0, c = 0, d = 0] = least;
  switch (shape) {
    case 'one':
      return cost(0, sloMs);
    case 'chain-of-2':
      return minimum(a, sloMs - b, (end) => cost(0, end) + cost(1, sloMs - end));
    case 'fork':
      return minimum(
        a,
        sloMs - Math.max(b, c),
        (end) => cost(0, end) + cost(1, sloMs - end) + cost(2, sloMs - end),
      );
    case 'chain-of-3':
      return minimum(
        a,
        sloMs - b - c,
        (one) =>
          cost(0, one) + minimum(one + b, sloMs - c, (two) => cost(1, two - one) + cost(2, sloMs - two)),
      );
    case 'diamond': {
      const middle = Math.max(b, c);
      return minimum(
        a,
        sloMs - middle - d,
        (one) =>
          cost(0, one) +
          minimum(
            one + middle,
            sloMs - d,
            (two) => cost(1, two - one) + cost(2, two - one) + cost(3, sloMs - two),
          ),
      );
    }
    case 'crossed':
      return minimum(
        Math.max(a, b),
        sloMs - c,
        (third) =>
          cost(0, third) +
          cost(2, sloMs - third) +
          minimum(b, sloMs - d, (fourth) => cost(1, Math.min(third, fourth)) + cost(3, sloMs - fourth)),
      );
  }
}

/** Of a convex function, by ternary search. */
function minimum(from: number, to: number, f: (x: number) => number): number {
  let low = Math.min(from, to);
  let high = to;
  for (let step = 0; step < 45; step++) {
    const left = low + (high - low) / 3;
    const right = high - (high - low) / 3;
    if (f(left) <= f(right)) high = right;
    else low = left;
  }
  return Math.min(f(low), f(high));
}
