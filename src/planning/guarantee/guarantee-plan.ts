/**
 * Ships only plans that hold: replays what a planner made, repairs it where it misses, and writes into the plan what was promised,
 * what was seen, and what the model's own plan costs. Ours.
 */
import { ENFORCEMENT } from '../../domain/enforcement.ts';
import type { FeasiblePlan, InfeasiblePlan, InfeasibleReason } from '../../domain/plan.ts';
import type { Replay } from '../../domain/replay.ts';
import type { Verification } from '../../domain/verification.ts';
import { certify } from '../certify.ts';
import { infeasiblePlan } from '../make-plan.ts';
import type { PlanningProblem } from '../problem.ts';
import { type Examination, examiner } from './keeps-promise.ts';
import { type Repair, repairPlan } from './repair-plan.ts';
import { type Held, hasHeld, tryRules } from './try-rules.ts';

/** `replay` is with the arrivals that are promised. */
export interface GuaranteeTerms extends Examination, Pick<Repair, 'planFor' | 'isOver'> {
  /** As they are told. */
  readonly arrivals: string;
  readonly fanOut: string;
  /** With random arrivals, for comparison; absent where it is those that are promised. */
  readonly poisson: Replay | undefined;
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
  const { promise, planFor, isOver } = terms;
  const { examine, replays } = examiner(terms);
  // Nobody chose the planner's plan for what was seen: where it had no miss, a longer look shows none.
  const first = tryRules(plan, examine, promise.attainment === 1 ? 'search' : 'certify');
  if (hasHeld(first)) return withProof(first, plan, replays(), terms);
  const held = repairPlan({ problem, planFor, isOver, tryOut: examine }, first);
  return held
    ? withProof(held, plan, replays(), terms)
    : infeasiblePlan(problem, plan.planner, whyNone(problem, terms));
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

function whyNone(
  { modules }: PlanningProblem,
  { promise, arrivals, isOver }: GuaranteeTerms,
): InfeasibleReason {
  const kept = `keeps ${promise.attainment * 100} % of ${arrivals} requests in time`;
  const where = modules.map(({ name }) => name).join(', ');
  if (!isOver(false)) {
    const message = `the model has a plan, but replays found none that ${kept}, whatever headroom it was given`;
    return { code: 'does-not-hold', where, message };
  }
  const message = `the model has a plan, but time ran out before replays found one that ${kept}`;
  return { code: 'not-found', where, message };
}
