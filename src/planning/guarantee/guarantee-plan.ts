/**
 * Ships only plans that hold: replays what a planner made, repairs it where it misses, and writes into the plan what was promised,
 * what was seen, and what the model's own plan costs. Ours.
 */
import {
  ENFORCEMENT,
  type Enforcement,
  type FeasiblePlan,
  type InfeasiblePlan,
  type InfeasibleReason,
  type Plan,
} from '../../domain/plan.ts';
import type { Replay } from '../../domain/replay.ts';
import type { Verification } from '../../domain/verification.ts';
import { certify } from '../certify.ts';
import { infeasiblePlan } from '../make-plan.ts';
import type { PlanningProblem } from '../problem.ts';
import { certifiesPromise, keepsPromise, type PlanPromise, type Seen } from './keeps-promise.ts';
import { type Held, hasHeld, repairPlan, tryRules } from './repair-plan.ts';

export interface GuaranteeTerms {
  readonly promise: PlanPromise;
  /** As they are told. */
  readonly arrivals: string;
  readonly fanOut: string;
  /** With the arrivals that are promised, */
  readonly replay: Replay;
  /** and with random ones, for comparison; absent where it is those that are promised. */
  readonly poisson: Replay | undefined;
  /** The planner; it is given problems with headroom. */
  readonly planFor: (problem: PlanningProblem) => Plan;
  /** Adds what a replay needs to know of the plan's machines. */
  readonly complete: (plan: FeasiblePlan) => FeasiblePlan;
}

/** With the bound of the problem that was asked. */
export type CertifiedPlan = FeasiblePlan & { readonly lowerBoundPerHour: number };

/**
 * @param plan the planner's, of this problem
 * @returns it or another one, complete and with what was seen of it; or word that none was found that holds
 */
export function guaranteePlan(
  plan: CertifiedPlan,
  problem: PlanningProblem,
  terms: GuaranteeTerms,
): FeasiblePlan | InfeasiblePlan {
  const { promise, replay, planFor, complete } = terms;
  let replays = 0;
  const counted = (seen: Seen): Seen => {
    replays += seen.replays;
    return seen;
  };
  const look = (tried: FeasiblePlan, rules: Enforcement): Seen =>
    counted(keepsPromise(replay, complete(tried), rules, promise));
  const lookTwice = (tried: FeasiblePlan, rules: Enforcement): Seen => {
    const seen = look(tried, rules);
    return seen.passed ? counted(certifiesPromise(replay, complete(tried), rules, promise)) : seen;
  };
  // Nobody chose the planner's plan for what was seen: where it had no miss, a longer look shows none.
  const first = tryRules(plan, promise.attainment === 1 ? look : lookTwice);
  const held = hasHeld(first) ? first : repairPlan({ problem, planFor, tryOut: lookTwice }, first);
  return held
    ? withProof(held, plan, replays, terms)
    : infeasiblePlan(problem, plan.planner, doesNotHold(problem, terms));
}

/** Random arrivals, beside those that are promised. */
const COMPARED = { requests: 5_000, seed: 1 } as const;

function withProof(
  { plan, rules, seen }: Held,
  model: CertifiedPlan,
  replays: number,
  { promise, arrivals, fanOut, poisson, complete }: GuaranteeTerms,
): FeasiblePlan {
  // What bounds the problem that was asked bounds this plan; that of a problem with headroom says nothing.
  const completed = certify(complete(plan), model.lowerBoundPerHour);
  const random = poisson?.(completed, { ...COMPARED, rules });
  const repaired = plan !== model ? 'machines' : rules !== ENFORCEMENT ? 'rules' : undefined;
  const verification: Verification = {
    arrivals,
    fanOut,
    requests: seen.requests,
    seed: seen.seed,
    maxMs: seen.maxMs,
    attainment: seen.attainment,
    target: promise.attainment,
    passed: true,
    modelCostPerHour: model.costPerHour,
    replays,
    ...(repaired && { repaired }),
    ...(random && {
      poisson: { ...COMPARED, attainment: random.inTime / random.requests, maxMs: random.maxMs },
    }),
  };
  return { ...completed, enforcement: rules, guarantee: 'replay', verification };
}

const doesNotHold = (
  { modules }: PlanningProblem,
  { promise, arrivals }: GuaranteeTerms,
): InfeasibleReason => ({
  code: 'does-not-hold',
  where: modules.map(({ name }) => name).join(', '),
  message: `the model has a plan, but replays found none that keeps ${promise.attainment * 100} % of ${arrivals} requests in time, whatever headroom it was given`,
});
