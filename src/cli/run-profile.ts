/** Profiles models: everything is checked first, then each model is swept, and its file is saved after every point. */
import { copyFileSync } from 'node:fs';
import { HarpError } from '../domain/errors.ts';
import type { Profile } from '../domain/profile.ts';
import { lockFile } from '../files/file-lock.ts';
import { previousOf, writeJsonFile } from '../files/write-file.ts';
import { takeInventory, usableCores } from '../machine/inventory.ts';
import { buildProfile, type SweptPoint } from '../profiling/build-profile.ts';
import { measureInProcess } from '../profiling/measure-in-process.ts';
import type { MeasurePoint } from '../profiling/measure-point.ts';
import { remainingPoints } from '../profiling/resume.ts';
import { sweep } from '../profiling/sweep.ts';
import { otherLoadText, outcomeText, unstablePoints } from '../report/profile-table.ts';
import { type ProfileJob, type ProfileRequest, prepareProfiles } from './prepare-profile.ts';
import { INPUT_SEED } from './profile-header.ts';
import type { Progress } from './progress.ts';
import { sweepProgress } from './sweep-progress.ts';

export interface ProfiledModel {
  readonly file: string;
  readonly profile: Profile;
}

/**
 * @throws HarpError for what keeps a model from being measured at all; the signal's reason once it is aborted. What was
 *   finished is in the files by then.
 */
export async function runProfile(
  request: ProfileRequest,
  signal: AbortSignal,
  progress: Progress,
): Promise<ProfiledModel[]> {
  const { provider, dims, limits } = request;
  const profiled: ProfiledModel[] = [];
  const releases: (() => void)[] = [];
  const claim = (file: string): void => void releases.push(lockFile(file));
  try {
    for (const job of prepareProfiles(request, await takeInventory(), progress.warn, claim)) {
      const { file: modelFile, inputs } = job.model;
      const measure = measureInProcess(
        { modelFile, inputs, provider, dims, seed: INPUT_SEED, limits },
        usableCores(),
      );
      profiled.push({ file: job.file, profile: await profileModel(job, measure, signal, progress) });
    }
  } finally {
    if (signal.aborted) progress.warn('points that were finished are saved; --resume continues from them');
    progress.stop();
    for (const release of releases) release();
  }
  return profiled;
}

async function profileModel(
  { model, file, header, plan, kept, replaces }: ProfileJob,
  measure: MeasurePoint,
  signal: AbortSignal,
  progress: Progress,
): Promise<Profile> {
  const swept: SweptPoint[] = [...kept];
  for (const config of plan.impossible) {
    swept.push({ config, outcome: { kind: 'skipped', reason: plan.reason! } });
  }
  let inTheWay = replaces;
  const save = (): Profile => {
    // A copy, not a move: whenever this process is killed, a whole profile stands there.
    if (inTheWay) copyFileSync(file, previousOf(file));
    inTheWay = false;
    const profile = buildProfile(header, swept);
    writeJsonFile(file, profile);
    return profile;
  };

  const remaining = remainingPoints(plan.points, kept);
  const told = sweepProgress(progress, model.name, remaining.length);
  await sweep(remaining, measure, signal, {
    onStart: told.start,
    onOutcome: (config, outcome) => {
      swept.push({ config, outcome });
      save();
      told.finish(outcomeText(config, outcome, header.statistic));
    },
  });

  // Once more where nothing was left to measure: the statistic may have changed.
  const profile = save();
  if (profile.points.length === 0) throw nothingMeasured(profile, file);
  const noise = otherLoadText(profile);
  if (noise !== undefined) progress.warn(noise);
  return profile;
}

const nothingMeasured = ({ model, skipped }: Profile, file: string): HarpError =>
  new HarpError('missing-capability', `no point of ${model.name} could be measured`, {
    got: skipped?.[0]?.reason,
    hint: `${file} lists the reasons.`,
  });

/** The error whose code the command ends with where points did not settle. */
export function instability(profiles: readonly Profile[]): HarpError | undefined {
  const unstable = profiles.flatMap(unstablePoints);
  if (unstable.length === 0) return undefined;
  return new HarpError('unstable', `${unstable.length} point(s) did not settle: ${unstable.join('; ')}`, {
    hint: 'They are saved with "stable": false. Quiet the machine or raise --max-duration, and add --resume to measure only these again; --allow-unstable accepts them.',
  });
}
