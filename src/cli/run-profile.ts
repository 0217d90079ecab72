/** Profiles models: everything is checked first, then each model is swept, and its file is saved after every point. */
import { copyFileSync } from 'node:fs';
import { counted } from '../domain/counted.ts';
import { HarpError } from '../domain/errors.ts';
import type { Profile } from '../domain/profile.ts';
import type { ProfileComparison } from '../domain/profile-comparison.ts';
import { lockFile } from '../files/file-lock.ts';
import { isStream, previousOf, writeJsonFile } from '../files/write-file.ts';
import { isSame } from '../latency/choose-next-point.ts';
import { takeInventory, usableCores } from '../machine/inventory.ts';
import { buildProfile, type SweptPoint } from '../profiling/build-profile.ts';
import { compareProfiles } from '../profiling/compare-profiles.ts';
import { measureInProcess } from '../profiling/measure-in-process.ts';
import type { MeasurePoint } from '../profiling/measure-point.ts';
import { nextConfig, predictUnmeasured } from '../profiling/next-config.ts';
import { remainingPoints } from '../profiling/resume.ts';
import { sweep } from '../profiling/sweep.ts';
import { disturbanceTexts, outcomeText } from '../report/profile-table.ts';
import type { FailedModel } from './models-left-out.ts';
import { type ProfileJob, prepareProfiles } from './prepare-profile.ts';
import { INPUT_SEED } from './profile-header.ts';
import type { ProfileRequest } from './profile-request.ts';
import type { Progress } from './progress.ts';
import { sweepProgress } from './sweep-progress.ts';

export interface ProfiledModel {
  readonly file: string;
  readonly profile: Profile;
  /** Where one was asked for. */
  readonly comparison?: ProfileComparison;
}

export interface ProfileRun {
  readonly profiled: readonly ProfiledModel[];
  /** Of several models those that could not be measured. */
  readonly failed: readonly FailedModel[];
}

/**
 * @throws HarpError for what keeps the only model from being measured at all; the signal's reason once it is aborted. What
 *   was finished is in the files by then.
 */
export async function runProfile(
  request: ProfileRequest,
  signal: AbortSignal,
  progress: Progress,
): Promise<ProfileRun> {
  const { provider, dims, limits, exhaustive } = request;
  const profiled: ProfiledModel[] = [];
  const failed: FailedModel[] = [];
  const releases: (() => void)[] = [];
  let finished = 0;
  let kept = 0;
  const claim = (file: string): void => {
    if (!isStream(file)) releases.push(lockFile(file));
  };
  try {
    const { jobs, failed: unread } = await prepareProfiles(
      request,
      await takeInventory(),
      signal,
      progress,
      claim,
    );
    failed.push(...unread);
    kept = jobs.reduce((sum, job) => sum + job.kept.length, 0);
    const several = jobs.length + failed.length > 1;
    for (const [index, job] of jobs.entries()) {
      const { file: modelFile, inputs } = job.model;
      const measure = measureInProcess(
        { modelFile, inputs, provider, dims, seed: INPUT_SEED, limits },
        usableCores(),
      );
      const label = jobs.length > 1 ? `model ${index + 1} of ${jobs.length}, ` : '';
      try {
        const onFinished = (): void => void finished++;
        const profile = await profileModel(job, { label, exhaustive, onFinished }, measure, signal, progress);
        const comparison = job.then && compareProfiles(job.then, profile);
        profiled.push({ file: job.file, profile, ...(comparison && { comparison }) });
      } catch (error) {
        if (!(error instanceof HarpError) || signal.aborted || !several) throw error;
        failed.push({ file: modelFile, error });
      }
    }
  } finally {
    if (signal.aborted) progress.warn(savedText(finished, kept));
    progress.stop();
    for (const release of releases) release();
  }
  return { profiled, failed };
}

interface SweepTerms {
  /** Of the model, before its name. */
  readonly label: string;
  readonly exhaustive: boolean;
  /** A point is in the file. */
  readonly onFinished: () => void;
}

/** What is there after an interruption. */
function savedText(finished: number, kept: number): string {
  if (finished > 0) return `${counted(finished, 'point')} finished and saved; --resume continues from there`;
  return kept > 0
    ? 'no further point was finished: files are as they were, and --resume continues from them'
    : 'no point was finished: nothing is saved';
}

async function profileModel(
  { model, file, header, plan, kept, predicted, then, replaces }: ProfileJob,
  { label, exhaustive, onFinished }: SweepTerms,
  measure: MeasurePoint,
  signal: AbortSignal,
  progress: Progress,
): Promise<Profile> {
  const swept: SweptPoint[] = [];
  const impossible = plan.impossible.map(
    (config): SweptPoint => ({ config, outcome: { kind: 'skipped', reason: plan.reason! } }),
  );
  const points = (): SweptPoint[] => [...kept, ...impossible, ...swept];
  let inTheWay = replaces;
  const save = (profile: Profile): Profile => {
    // A copy, not a move: whenever this process is killed, a whole profile stands there.
    if (inTheWay) copyFileSync(file, previousOf(file));
    inTheWay = false;
    writeJsonFile(file, profile);
    return profile;
  };

  const orders = { exhaustive, wanted: then?.points.filter(({ latencyMs }) => latencyMs) ?? [] };
  const next = () => nextConfig({ grid: plan.points, kept, swept, statistic: header.statistic }, orders);
  const most = remainingPoints(plan.points, kept).length;
  const told = sweepProgress(progress, `${label}${model.name}`, { most, isSure: exhaustive });
  await sweep(next, measure, signal, {
    onStart: told.start,
    onOutcome: (config, outcome) => {
      swept.push({ config, outcome });
      // Who reads a pipe gets one profile.
      if (!isStream(file)) save(buildProfile(header, points()));
      onFinished();
      told.finish(outcomeText(config, outcome, header.statistic));
    },
  });

  // What an earlier run predicted outside of this grid is predicted again, with what is known now.
  const beside = predicted.filter((point) => !plan.points.some((other) => isSame(point, other)));
  const grid = [...plan.points, ...beside];
  const profile = save(buildProfile(header, points(), predictUnmeasured({ grid, kept, swept })));
  if (profile.points.length === 0) throw nothingMeasured(profile, file);
  for (const text of disturbanceTexts(profile)) progress.warn(text);
  return profile;
}

const nothingMeasured = ({ model, skipped }: Profile, file: string): HarpError =>
  new HarpError('missing-capability', `no point of ${model.name} could be measured`, {
    got: skipped?.[0]?.reason,
    hint: `${file} lists the reasons.`,
  });
