/** The commands that measure and plan for what a daemon sees now, whole: with the files, the SLO and the reserve of the plan that it serves. */
import { dirname, join } from 'node:path';
import type { FeasiblePlan, ModulePlan } from '../domain/plan.ts';
import { shellWord } from '../domain/shell-word.ts';

/** A plan, and the file it came from, "-" for none. */
export interface PlanInForce {
  readonly plan: FeasiblePlan;
  readonly planFile: string;
}

/** @param rateRps to plan for; rounded up, at least 1 */
export function planAgain({ plan, planFile }: PlanInForce, rateRps: number): string {
  const { sloMs, reserveMs, modules } = plan;
  const profile = modules.length === 1 ? modules[0]!.model?.profile : undefined;
  const application = profile === undefined ? 'APP' : shellWord(besidePlan(planFile, profile));
  const reserve = reserveMs === undefined ? '' : ` --reserve ${reserveMs}`;
  const out = planFile === '-' ? '' : ` --out ${shellWord(planFile)}`;
  return `harp plan ${application} --rate ${Math.max(1, Math.ceil(rateRps))} --slo ${sloMs}${reserve}${out}`;
}

/** Measures a module's model anew, into the profile that the plan was made from. */
export function profileAgain({ planFile }: PlanInForce, module: ModulePlan): string {
  const { file, original, profile, dims = {} } = module.model ?? {};
  const measured = original ?? file;
  const named = Object.entries(dims).map(([name, length]) => ` --dim ${shellWord(`${name}=${length}`)}`);
  const out = profile === undefined ? '' : ` --out ${shellWord(besidePlan(planFile, profile))}`;
  const path = measured === undefined ? 'MODEL' : shellWord(besidePlan(planFile, measured));
  return `harp profile ${path}${machineFlags(module)}${named.join('')}${out}`;
}

/** Where it was not measured as by default: the name under which it is priced, and what ran it. */
function machineFlags({ allocations, measuredOn = {} }: ModulePlan): string {
  const [hardware, ...others] = new Set(allocations.map((each) => each.hardware));
  if (hardware === undefined || others.length > 0) return '';
  const provider = measuredOn[hardware]?.provider ?? 'cpu';
  return (
    (hardware === 'local' ? '' : ` --hardware ${shellWord(hardware)}`) +
    (provider === 'cpu' ? '' : ` --provider ${provider}`)
  );
}

/** As it is called from the folder where the daemon runs: a plan names files relative to itself. */
const besidePlan = (planFile: string, file: string): string =>
  planFile === '-' ? file : join(dirname(planFile), file);
