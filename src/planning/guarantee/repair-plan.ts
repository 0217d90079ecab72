/**
 * Repairs a plan that holds under no rules: more and more headroom in one of several ways, halved back to the least that holds;
 * the cheapest that passes wins (ours). A plan that costs no less than the best so far is not replayed. Tens of replays, most of which stop at the first misses.
 */
import type { Plan } from '../../domain/plan.ts';
import type { PlanningProblem } from '../problem.ts';
import { between, type Headroom, headroomOf, restate, withHeadroom, withLess } from './headroom.ts';
import { FRUGAL_RULES, type Held, hasHeld, type Missed, type TryOut, tryAll } from './try-rules.ts';
import { type Way, waysOf } from './ways-of-headroom.ts';

/** What is asked, and by which means. */
export interface Repair {
  readonly problem: PlanningProblem;
  /** The planner; it is given problems with headroom. */
  readonly planFor: (problem: PlanningProblem) => Plan;
  readonly tryOut: TryOut;
  /** Whether to end with the best so far, @param hasAny or with none. */
  readonly isOver: (hasAny: boolean) => boolean;
}

/** Steps double, from a hundredth on; those of a module each time that it is blamed. */
const FIRST_STEP = 0.01;

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
