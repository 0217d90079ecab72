/** Wires `harp simulate`: the plan, what it is put through, a run for each rule, the document of it all. */
import {
  type DeadlineRule,
  type DispatchRuleName,
  ENFORCEMENT,
  type Enforcement,
} from '../domain/enforcement.ts';
import type { FeasiblePlan } from '../domain/plan.ts';
import type { SimulationComparison, SimulationResult } from '../domain/simulation.ts';
import { loadFaultTexts } from '../files/load-fault-texts.ts';
import { assertWritable, writeJsonFile } from '../files/write-file.ts';
import { meanRateRps } from '../simulation/arrivals/curve-of-arrivals.ts';
import { carriedRate, runScenario, type Scenario } from '../simulation/run-scenario.ts';
import { planToSimulate } from './plan-to-simulate.ts';
import { assertFollowsRate, poseScenario, type ScenarioRequest } from './pose-scenario.ts';

export interface SimulationRequest extends Omit<ScenarioRequest, 'faults'> {
  /** A plan's file or "-"; an application's or a profile's, which is planned. */
  readonly plan: string;
  /** As `loadFaultTexts` reads them. */
  readonly faults: string | undefined;
  /** Where an application is planned: the application's by default. */
  readonly reserveMs: number | undefined;
  /** The plan's rules by default; one run for each of several. */
  readonly dispatch: readonly DispatchRuleName[] | undefined;
  readonly deadlines: DeadlineRule | undefined;
  readonly paced: boolean | undefined;
  /** Attainments, 0..1: of the rate that is searched, and of the gate. */
  readonly findRateAt: number | undefined;
  readonly attainment: number | undefined;
  readonly out: string | undefined;
}

export interface SimulationOutcome {
  readonly result: SimulationResult | SimulationComparison;
  /** Every run kept the attainment that was asked for. */
  readonly passed: boolean;
}

/** @throws HarpError `usage`, `bad-input`, `infeasible` */
export function runSimulate(request: SimulationRequest): SimulationOutcome {
  const { out, findRateAt } = request;
  if (out !== undefined) assertWritable(out);
  const faults = request.faults === undefined ? undefined : loadFaultTexts(request.faults);
  const plan = planToSimulate(request.plan, request.rateRps, request.sloMs, request.reserveMs);
  const scenario = poseScenario({ ...request, faults }, plan);
  if (findRateAt !== undefined) assertFollowsRate(scenario.arrivals, request.arrivals);
  const asked = askedOf({ ...request, faults }, scenario);
  const runs = rulesOf(request, plan).map(
    (rules): SimulationResult => ({
      schemaVersion: 1,
      kind: 'simulation',
      ...asked,
      rules,
      ...seenOf(scenario, rules, request),
    }),
  );
  const [first, ...others] = runs as [SimulationResult, ...SimulationResult[]];
  const result: SimulationOutcome['result'] =
    others.length === 0 ? first : { schemaVersion: 1, kind: 'simulation-comparison', ...asked, runs };
  if (out !== undefined) writeJsonFile(out, result);
  return { result, passed: runs.every(({ gate }) => gate?.passed !== false) };
}

/** What the documents say of the question. */
function askedOf(
  { arrivals, serviceTimes, fanOut, networkDelay, faults, seed }: ScenarioRequest,
  scenario: Scenario,
) {
  const { application, rateRps, sloMs, worstCaseMs, costPerHour } = scenario.plan;
  return {
    application,
    planned: { rateRps, sloMs, worstCaseMs, costPerHour },
    rateRps: meanRateRps(scenario.arrivals, scenario.rateRps),
    sloMs: scenario.sloMs,
    arrivals,
    serviceTimes,
    fanOut,
    ...(networkDelay !== undefined && { networkDelay }),
    ...(faults && { faults: [...faults] }),
    seed,
  };
}

/** What is seen of one run, and the answers to what was asked about it. */
function seenOf(scenario: Scenario, rules: Enforcement, { findRateAt, attainment }: SimulationRequest) {
  const seen = runScenario(scenario, rules);
  return {
    ...seen,
    ...(findRateAt !== undefined && { carried: carriedRate(scenario, rules, findRateAt) }),
    ...(attainment !== undefined && { gate: { attainment, passed: seen.attainment >= attainment } }),
  };
}

/** The plan's own rules, with what is asked for in their place. */
function rulesOf({ dispatch, deadlines, paced }: SimulationRequest, plan: FeasiblePlan): Enforcement[] {
  const own = plan.enforcement ?? ENFORCEMENT;
  const rules = dispatch?.map((rule) => ({ dispatch: rule })) ?? [
    { dispatch: own.dispatch, ...(own.dispatchAt && { dispatchAt: own.dispatchAt }) },
  ];
  return rules.map((rule) => ({
    ...rule,
    deadlines: deadlines ?? own.deadlines,
    paced: paced ?? own.paced,
  }));
}
