/**
 * Repairs a plan that does not hold: other rules first, which cost nothing; then more and more headroom in one of several ways,
 * halved back to the least that holds; the cheapest that passes wins (ours). A plan that costs no less than the best so far is
 * not replayed. Tens of replays, most of which stop at the first misses.
 */
import { ENFORCEMENT, type Enforcement } from '../../domain/enforcement.ts';
import type { FeasiblePlan, Plan } from '../../domain/plan.ts';
import type { PlanningProblem } from '../problem.ts';
import { between, type Headroom, headroomOf, restate, withHeadroom, withLess } from './headroom.ts';
import type { Aim, Seen } from './keeps-promise.ts';

/** What is asked, and by which means. */
export interface Repair {
  readonly problem: PlanningProblem;
  /** The planner; it is given problems with headroom. */
  readonly planFor: (problem: PlanningProblem) => Plan;
  /** Replays a plan under rules; the same machines with the same time for each are not replayed again. */
  readonly tryOut: (plan: FeasiblePlan, rules: Enforcement, aim: Aim) => Seen;
  /** Whether to end with the best so far, @param hasAny or with none. */
  readonly isOver: (hasAny: boolean) => boolean;
}

/** A plan that held, and under which rules. */
export interface Held {
  readonly plan: FeasiblePlan;
  readonly rules: Enforcement;
  readonly seen: Seen;
}

/**
 * What is tried in turn. Due at planned worst cases first: answers come sooner, and what is left of the SLO is there for what no plan
 * knows of. *Measured*: due by their budgets more plans hold (of the benchmark with whole billing 93 % instead of 84 %), and up to
 * 2 % more of random arrivals are in time; deadlines at the SLO save some of the rest, and starting at once saves plans whose
 * machines have time to spare but whose bursts further down do not; without passing over, less is done in bursts; pacing and
 * local deadlines save fewer.
 * `earliest-start` saves more of them, but near full load, where it breaks down as soon as arrivals are not what they were.
 */
const RULES: readonly Enforcement[] = [
  ENFORCEMENT,
  { ...ENFORCEMENT, deadlines: 'budget' },
  { ...ENFORCEMENT, deadlines: 'slo' },
  { ...ENFORCEMENT, dispatch: 'eager', deadlines: 'budget' },
  { ...ENFORCEMENT, dispatch: 'eager', deadlines: 'slo' },
  { ...ENFORCEMENT, dispatch: 'deferred', deadlines: 'budget' },
];

/** Under what plans with headroom are tried: by then machines are to be saved, not milliseconds. */
const FRUGAL_RULES = RULES.slice(1, 3);

/** Of the rest of the modules, and of one of them. */
const EXCEPTIONS = [
  ['planned', 'eager'],
  ['eager', 'planned'],
] as const;

/** One module starts at once and the others collect, or the other way round; beginning with the one that is blamed. */
function exceptions({ modules }: FeasiblePlan, blamed: number): Enforcement[] {
  if (modules.length === 1) return [];
  const names = modules.map(({ name }) => name);
  const [first] = names.splice(blamed, 1);
  return EXCEPTIONS.flatMap(([dispatch, other]) =>
    [first!, ...names].map(
      (name): Enforcement => ({ ...ENFORCEMENT, dispatch, dispatchAt: { [name]: other }, deadlines: 'slo' }),
    ),
  );
}

export interface Missed {
  readonly plan: FeasiblePlan;
  /** Position of a module. */
  readonly blamed: number;
}

export const hasHeld = (tried: Held | Missed): tried is Held => 'rules' in tried;

/** The plan as it is, under the first of the rules that it holds under. */
export function tryRules(plan: FeasiblePlan, tryOut: Repair['tryOut'], aim: Aim): Held | Missed {
  const tried = tryAll(plan, RULES, tryOut, aim);
  return hasHeld(tried) ? tried : tryAll(plan, exceptions(plan, tried.blamed), tryOut, aim, tried.blamed);
}

/** @param blamed by what was tried before; otherwise the first of these says who is */
function tryAll(
  plan: FeasiblePlan,
  rules: readonly Enforcement[],
  tryOut: Repair['tryOut'],
  aim: Aim,
  blamed?: number,
): Held | Missed {
  let first = blamed;
  for (const rule of rules) {
    const seen = tryOut(plan, rule, aim);
    if (seen.passed) return { plan, rules: rule, seen };
    first ??= seen.blamed;
  }
  return { plan, blamed: first! };
}

/** A way to leave more and more headroom. */
interface Way {
  /** To the module that is blamed each time, or always to the same. */
  readonly to: 'blamed' | 'same';
  /** @param by how much more, a share */
  readonly grow: (headroom: Headroom, by: number, blamed: number) => Headroom;
}

const WAYS: readonly Way[] = [
  {
    to: 'blamed',
    grow: ({ extraRequests, ...others }, by, blamed) => ({
      ...others,
      extraRequests: extraRequests.with(blamed, extraRequests[blamed]! + by * EXTRA_UNIT),
    }),
  },
  {
    to: 'blamed',
    grow: ({ rateFactors, ...others }, by, blamed) => ({
      ...others,
      rateFactors: rateFactors.with(blamed, rateFactors[blamed]! * (1 + by)),
    }),
  },
  { to: 'same', grow: (headroom, by) => ({ ...headroom, sloFactor: headroom.sloFactor / (1 + by) }) },
  {
    to: 'same',
    grow: ({ rateFactors, ...others }, by) => ({
      ...others,
      rateFactors: rateFactors.map((factor) => factor * (1 + by)),
    }),
  },
];

/** Who is blamed may be late because of another, whose headroom may cost less: last each of them in turn gets some. */
function waysOf({ modules }: FeasiblePlan): Way[] {
  if (modules.length === 1) return [...WAYS];
  const ofOne = [...modules.keys()].map(
    (module): Way => ({
      to: 'same',
      grow: ({ rateFactors, ...others }, by) => ({
        ...others,
        rateFactors: rateFactors.with(module, rateFactors[module]! * (1 + by)),
      }),
    }),
  );
  return [...WAYS, ...ofOne];
}

/** Steps double, from a hundredth on; those of a module each time that it is blamed. Extra requests are counted from a half. */
const FIRST_STEP = 0.01;
const EXTRA_UNIT = 50;

/** Of a module, or of all of them. */
const MOST_STEPS = 9;

/** How often the last step is halved. */
const HALVINGS = 4;

/**
 * The cheapest that held; undefined where nothing did.
 * @param missed the plan without headroom
 */
export function repairPlan(repair: Repair, missed: Missed): Held | undefined {
  for (;;) {
    const best = cheapestOf(repair, missed);
    const seen = best && repair.tryOut(best.plan, best.rules, 'certify');
    // What it fails at the search now tries all others on, so that this ends.
    if (seen === undefined || seen.passed) return best && { ...best, seen: seen! };
  }
}

function cheapestOf(repair: Repair, missed: Missed): Held | undefined {
  let best: Held | undefined;
  for (const way of waysOf(missed.plan)) best = goAlong(way, repair, missed, costOf(best)) ?? best;
  return best && trim(repair, best);
}

const costOf = (held: Held | undefined): number => held?.plan.costPerHour ?? Number.POSITIVE_INFINITY;

/** @param limitPerHour only what costs less is wanted */
function goAlong({ to, grow }: Way, repair: Repair, missed: Missed, limitPerHour: number): Held | undefined {
  const steps = missed.plan.modules.map(() => 0);
  let last = missed;
  let from = headroomOf(missed.plan);
  for (;;) {
    const { blamed } = last;
    const grown = to === 'same' ? 0 : blamed;
    if (steps[grown] === MOST_STEPS || repair.isOver(limitPerHour < Number.POSITIVE_INFINITY))
      return undefined;
    const next = grow(from, FIRST_STEP * 2 ** steps[grown]!++, blamed);
    const tried = attempt(repair, next, limitPerHour);
    if (tried === undefined || hasHeld(tried)) return narrow(repair, from, next, last, tried, limitPerHour);
    last = tried;
    from = next;
  }
}

/** Takes headroom from one module after the other: what it does without, or with half of it. */
function trim(repair: Repair, held: Held): Held {
  let best = held;
  for (const module of held.plan.modules.keys()) {
    for (const share of [0, 0.5]) {
      const headroom = headroomOf(best.plan);
      const hasNone = headroom.extraRequests[module] === 0 && headroom.rateFactors[module] === 1;
      if (hasNone || repair.isOver(true)) break;
      const tried = attempt(repair, withLess(headroom, module, share), best.plan.costPerHour);
      if (tried === undefined || !hasHeld(tried)) continue;
      best = tried;
      break;
    }
  }
  return best;
}

/** Halves the step from what missed to what held or was too dear. */
function narrow(
  repair: Repair,
  missedAt: Headroom,
  heldAt: Headroom,
  missed: Missed,
  held: Held | undefined,
  limitPerHour: number,
): Held | undefined {
  let [low, high, last, best] = [missedAt, heldAt, missed, held];
  for (let halving = 0; halving < HALVINGS; halving++) {
    const limit = best?.plan.costPerHour ?? limitPerHour;
    if (last.plan.costPerHour >= limit || repair.isOver(limit < Number.POSITIVE_INFINITY)) break;
    const middle = between(low, high);
    const tried = attempt(repair, middle, limit);
    if (tried !== undefined && !hasHeld(tried)) [low, last] = [middle, tried];
    else [high, best] = [middle, tried ?? best];
  }
  return best;
}

/** Undefined where there is no plan with that headroom that costs less than the limit. */
function attempt(
  { problem, planFor, tryOut }: Repair,
  headroom: Headroom,
  limitPerHour: number,
): Held | Missed | undefined {
  const planned = planFor(withHeadroom(problem, headroom));
  if (!planned.feasible || planned.costPerHour >= limitPerHour) return undefined;
  return tryAll(restate(planned, problem, headroom), FRUGAL_RULES, tryOut, 'search');
}
