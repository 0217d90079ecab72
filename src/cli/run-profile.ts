/** Profiles models: everything is checked first, then each model is swept, and its file is saved after every point. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { HarpError } from '../domain/errors.ts';
import type { Machine, Profile, Statistic } from '../domain/profile.ts';
import { inspectModel, type ModelSummary } from '../engine/onnx/inspect-model.ts';
import { loadProfile } from '../files/load-profile.ts';
import { assertWritable, writeJsonFile } from '../files/write-file.ts';
import { takeInventory, usableCores } from '../machine/inventory.ts';
import { buildProfile, type ProfileHeader, type SweptPoint } from '../profiling/build-profile.ts';
import { checkDims } from '../profiling/check-dims.ts';
import { measureInProcess } from '../profiling/measure-in-process.ts';
import type { MeasuringLimits } from '../profiling/measure-point.ts';
import { planSweep } from '../profiling/plan-sweep.ts';
import { remainingPoints, resumeFrom } from '../profiling/resume.ts';
import { sweep } from '../profiling/sweep.ts';
import { disturbedPoints, outcomeText, unstablePoints } from '../report/profile-table.ts';
import { INPUT_SEED, profileHeader } from './profile-header.ts';
import type { Progress } from './progress.ts';
import { sweepProgress } from './sweep-progress.ts';

export interface ProfileRequest {
  readonly models: readonly string[];
  readonly batchSizes: readonly number[];
  /** Powers of two up to what the machine has, by default. */
  readonly cores: readonly number[] | undefined;
  readonly provider: string;
  readonly hardware: string;
  readonly statistic: Statistic;
  readonly dims: Readonly<Record<string, number>>;
  /** A file, or a folder for NAME.profile.json; the current folder by default. */
  readonly out: string | undefined;
  readonly resume: boolean;
  readonly limits: MeasuringLimits;
}

export interface ProfiledModel {
  readonly file: string;
  readonly profile: Profile;
}

/**
 * @throws HarpError for whatever would keep a point from being measured, before the first one; the signal's reason once
 *   it is aborted. What was finished is in the files by then.
 */
export async function runProfile(
  request: ProfileRequest,
  signal: AbortSignal,
  progress: Progress,
): Promise<ProfiledModel[]> {
  const usable = usableCores();
  const cores = request.cores ?? powersOfTwo(usable.length);
  checkCores(cores, usable.length);
  const models = request.models.map(inspectModel);
  checkDims(request.dims, models);
  const files = outFiles(request.out, models);
  files.forEach(assertWritable);

  const machine = await takeInventory();
  const profiled: ProfiledModel[] = [];
  try {
    for (const [index, model] of models.entries()) {
      const file = files[index]!;
      const profile = await profileModel(model, file, { request, cores, usable, machine }, signal, progress);
      profiled.push({ file, profile });
    }
  } finally {
    if (signal.aborted) progress.step('finished points are saved; --resume continues from them');
    progress.stop();
  }
  return profiled;
}

/** Where points did not settle: the error whose code the command ends with. */
export function instability(profiles: readonly Profile[]): HarpError | undefined {
  const unstable = profiles.flatMap(unstablePoints);
  if (unstable.length === 0) return undefined;
  return new HarpError('unstable', `${unstable.length} point(s) did not settle: ${unstable.join('; ')}`, {
    hint: 'They are saved with "stable": false. Quiet the machine or raise --max-duration, and add --resume to measure only these again; --allow-unstable accepts them.',
  });
}

interface Setting {
  readonly request: ProfileRequest;
  readonly cores: readonly number[];
  readonly usable: readonly number[];
  readonly machine: Machine;
}

async function profileModel(
  model: ModelSummary,
  file: string,
  { request, cores, usable, machine }: Setting,
  signal: AbortSignal,
  progress: Progress,
): Promise<Profile> {
  const header = profileHeader(model, file, request, machine);
  const { points, impossible, reason } = planSweep(request.batchSizes, cores, model.batch);
  if (reason !== undefined) progress.step(`${model.name}: ${reason}`);

  const kept = earlierPoints(file, header, request.resume, progress);
  const swept: SweptPoint[] = [...kept];
  for (const config of impossible) swept.push({ config, outcome: { kind: 'skipped', reason: reason! } });
  const save = (): Profile => {
    const profile = buildProfile(header, swept);
    writeJsonFile(file, profile);
    return profile;
  };

  const { provider, dims, limits } = request;
  const setup = { modelFile: model.file, inputs: model.inputs, provider, dims, seed: INPUT_SEED, limits };
  const remaining = remainingPoints(points, kept);
  const told = sweepProgress(progress, model.name, remaining.length);
  await sweep(remaining, measureInProcess(setup, usable), signal, {
    onStart: told.start,
    onOutcome: (config, outcome) => {
      swept.push({ config, outcome });
      save();
      told.finish(outcomeText(config, outcome, request.statistic));
    },
  });
  const profile = save();
  if (profile.points.length === 0) throw nothingMeasured(profile, file);
  const disturbed = disturbedPoints(profile);
  if (disturbed.length > 0) progress.step(`others used this machine meanwhile: ${disturbed.join('; ')}`);
  return profile;
}

const nothingMeasured = ({ model, skipped }: Profile, file: string): HarpError =>
  new HarpError('missing-capability', `no point of ${model.name} could be measured`, {
    got: skipped?.[0]?.reason,
    hint: `${file} lists the reasons.`,
  });

/** What an earlier run left in the file and still holds; tells what does not. */
function earlierPoints(
  file: string,
  header: ProfileHeader,
  resume: boolean,
  progress: Progress,
): readonly SweptPoint[] {
  if (!existsSync(file)) return [];
  if (!resume) {
    progress.step(`${file} will be replaced by the first finished point; --resume would continue it`);
    return [];
  }
  const { kept, differences } = resumeFrom(loadProfile(file), header);
  progress.step(
    differences.length === 0
      ? `${file}: ${kept.length} point(s) kept`
      : `${file}: nothing kept, it was measured under other conditions: ${differences.join('; ')}`,
  );
  return kept;
}

/** @throws HarpError `missing-capability` */
function checkCores(cores: readonly number[], available: number): void {
  const most = Math.max(...cores);
  if (most <= available) return;
  throw new HarpError('missing-capability', 'this machine has too few cores', {
    where: '--cores',
    expected: `at most ${available}, what affinity and CPU quota leave to this process`,
    got: String(most),
  });
}

/** @throws HarpError `usage` where two models would share a file */
function outFiles(out: string | undefined, models: readonly ModelSummary[]): string[] {
  const intoFolder =
    out === undefined || out.endsWith('/') || statSync(out, { throwIfNoEntry: false })?.isDirectory();
  const files = intoFolder
    ? models.map(({ name }) => join(out ?? '', `${name}.profile.json`))
    : models.map(() => out);
  const twice = files.find((file, index) => files.indexOf(file) !== index);
  if (twice === undefined) return files;
  throw new HarpError('usage', `two models would be written to ${twice}`, {
    where: '--out',
    hint: 'Give a folder, as --out profiles/, and models of different names.',
  });
}

/** 1, 2, 4, … up to `most`. */
const powersOfTwo = (most: number): number[] =>
  Array.from({ length: Math.floor(Math.log2(most)) + 1 }, (_, exponent) => 2 ** exponent);
