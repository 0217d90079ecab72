/** Small real models, profiled and planned as users do, in a folder of their own. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FeasiblePlan } from '../../src/domain/plan.ts';
import { harp } from './harp.ts';

const SWEEP = '--cores 1 --min-duration 0.1 --max-duration 1 --allow-unstable'.split(' ');

/** @throws Error with what harp said */
export async function run(args: readonly string[], cwd: string): Promise<string> {
  const { exitCode, stdout, stderr } = await harp(args, cwd);
  if (exitCode !== 0) throw new Error(`harp ${args.join(' ')}: ${exitCode} ${stderr}`);
  return stdout;
}

/** Writes MODEL.onnx and MODEL.profile.json. @returns their folder */
export async function profiled(model: string, batchSizes: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'harp-e2e-'));
  await run(['model', 'create', model], folder);
  await run(['profile', `${model}.onnx`, '--batch-sizes', batchSizes, ...SWEEP], folder);
  return folder;
}

/** Plans MODEL.profile.json. @returns the plan's file name */
export async function planned(
  folder: string,
  model: string,
  { rateRps, sloMs }: { readonly rateRps: number; readonly sloMs: number },
): Promise<string> {
  const file = `${model}.plan.json`;
  await run(
    ['plan', `${model}.profile.json`, '--rate', String(rateRps), '--slo', String(sloMs), '--out', file],
    folder,
  );
  return file;
}

/** A request of one row to `mlp`, in JSON. */
export const MLP_BODY = JSON.stringify({
  inputs: [{ name: 'features', shape: [1, 128], datatype: 'FP32', data: new Array(128).fill(0.25) }],
});

/** Makes a plan's batches last as long as this, to be emulated. */
export const lasting =
  (ms: number) =>
  ({ modules }: Mutable<FeasiblePlan>): void => {
    for (const module of modules) {
      for (const time of module.serviceTimes) Object.assign(time, { durationMs: ms, tailMs: ms });
      for (const allocation of module.allocations) allocation.durationMs = ms;
    }
  };

type Mutable<Value> = { -readonly [Key in keyof Value]: Mutable<Value[Key]> };

/** Changes a plan as someone would with an editor. */
export function edit(folder: string, file: string, change: (plan: Mutable<FeasiblePlan>) => void): void {
  const plan = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  change(plan);
  writeFileSync(join(folder, file), JSON.stringify(plan));
}
