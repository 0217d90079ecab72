/** What `harp plan` says of a plan's guarantee: what was seen, what it takes that it holds, or that nobody looked. */
import { engineMs, type FeasiblePlan } from '../domain/plan.ts';
import type { Verification } from '../domain/verification.ts';
import { formatMs, formatPercent, formatUsd } from './format.ts';
import { renderSearch } from './search-lines.ts';
import type { Style } from './style.ts';

/** @returns lines that begin with their title, as those about costs do */
export function renderVerification(plan: FeasiblePlan, style: Style): string[] {
  const { verification, guarantee, unverified } = plan;
  if (unverified !== undefined) return [`guarantee   ${style.bad(`not replayed: ${unverified}`)}`];
  if (verification === undefined) {
    return guarantee === 'model'
      ? [`guarantee   ${style.dim("the model's word; no replay was asked for")}`]
      : [];
  }
  return [
    `held        ${heldText(verification, engineMs(plan), style)}`,
    ...(verification.repaired ? [`repaired    ${repairText(plan, verification)}`] : []),
    ...renderSearch(plan, verification, style),
  ];
}

function heldText(
  { requests, arrivals, attainment, maxMs, poisson }: Verification,
  limitMs: number,
  style: Style,
): string {
  const of = `${requests.toLocaleString('en-US')} ${arrivals === 'uniform' ? 'evenly spaced' : arrivals} requests`;
  const seen =
    attainment === 1
      ? style.good(`${of}, worst ${formatMs(maxMs)} of ${formatMs(limitMs)}`)
      : style.good(`${formatPercent(attainment)} of ${of} in time`);
  return poisson ? `${seen}; ${style.dim(`Poisson ${formatPercent(poisson.attainment)} in time`)}` : seen;
}

function repairText(plan: FeasiblePlan, { repaired, modelCostPerHour }: Verification): string {
  const model = "the model's plan did not hold";
  if (repaired === 'rules') return `${model}; served by other rules it does, at no cost`;
  const extraPerHour = plan.costPerHour - modelCostPerHour;
  return `${model} at ${formatUsd(modelCostPerHour)} an hour; that it holds costs ${formatUsd(extraPerHour)} more (${formatPercent(extraPerHour / modelCostPerHour)})`;
}
