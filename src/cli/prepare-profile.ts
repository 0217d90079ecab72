/** What a `harp profile` will do, checked whole before the first measurement: models, files, cores, dimensions, earlier points. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { counted } from '../domain/counted.ts';
import { HarpError } from '../domain/errors.ts';
import type { ModelSummary } from '../domain/model-summary.ts';
import { isMeasured, type Machine, type Profile } from '../domain/profile.ts';
import { assertProvider } from '../engine/assert-provider.ts';
import { inspectModel } from '../engine/onnx/inspect-model.ts';
import { loadProfile } from '../files/load-profile.ts';
import { assertWritable, isInTheWay, previousOf } from '../files/write-file.ts';
import { assertCommonPoint, assertComparable } from '../profiling/assert-comparable.ts';
import type { ProfileHeader, SweptPoint } from '../profiling/build-profile.ts';
import { checkDimNames, checkInputs } from '../profiling/check-dims.ts';
import type { PointConfig } from '../profiling/measure-point.ts';
import { planSweep, type SweepPlan } from '../profiling/plan-sweep.ts';
import { predictedPoints, resumeFrom } from '../profiling/resume.ts';
import { assertModelThere } from './assert-model-there.ts';
import { findModels } from './find-models.ts';
import { liftForBatches } from './lift-for-batches.ts';
import { type FailedModel, failureText, notMeasured } from './models-left-out.ts';
import { profileHeader } from './profile-header.ts';
import {
  checkLimits,
  coresToMeasure,
  outFiles,
  type ProfileRequest,
  profileName,
} from './profile-request.ts';
import type { Progress } from './progress.ts';

/** One model's part. */
export interface ProfileJob {
  /** The model that is measured: as it was given, or lifted. */
  readonly model: ModelSummary;
  /** Where the profile goes. */
  readonly file: string;
  readonly header: ProfileHeader;
  readonly plan: SweepPlan;
  /** Points of an earlier run that still hold. */
  readonly kept: readonly SweptPoint[];
  /** What an earlier run told without having measured it. */
  readonly predicted: readonly PointConfig[];
  /** The profile to compare with. */
  readonly then: Profile | undefined;
  /** An earlier profile is in the way, to be put aside before the first point is saved. */
  readonly replaces: boolean;
}

export interface Preparation {
  readonly jobs: readonly ProfileJob[];
  readonly failed: readonly FailedModel[];
}

/**
 * @param progress is told what the user should know about files and models
 * @param claim makes a file this process's alone, before it is read
 * @returns one of several models may fail without the others
 * @throws HarpError for whatever would keep all models from being measured, as far as that can be seen now
 */
export async function prepareProfiles(
  request: ProfileRequest,
  machine: Machine,
  signal: AbortSignal,
  progress: Progress,
  claim: (file: string) => void,
): Promise<Preparation> {
  const note = progress.warn;
  checkLimits(request);
  const cores = coresToMeasure(request, machine.cores);
  const { models, failed } = readAll(request);
  // A long sweep should not end with what was known when it began.
  for (const model of failed) note(`left out: ${failureText(model)}`);
  const files = outFiles(request, models);
  await assertProvider(request.provider, signal);
  files.forEach(assertWritable);
  files.forEach(claim);
  const jobs: ProfileJob[] = [];
  for (const [index, given] of models.entries()) {
    const file = files[index]!;
    const { model, lifted } = await liftForBatches(given, file, request, signal, progress);
    const header = await profileHeader(model, lifted, file, request, machine);
    const plan = planSweep(request.batchSizes, cores, model.batch);
    if (plan.reason !== undefined) note(`${model.name}: ${plan.reason}`);
    const earlier = earlierPoints(file, header, request.resume, note);
    const then = profileThen(request, given.name, models.length === 1);
    if (then !== undefined) {
      assertComparable(then.model, header.model, request.compareWith!);
      const now = [...plan.points, ...measuredOf(earlier.kept)];
      assertCommonPoint(then.points.filter(isMeasured), now, request.compareWith!);
    }
    const replaces = !request.resume && isInTheWay(file);
    jobs.push({ model, file, header, plan, ...earlier, then, replaces });
  }
  return { jobs, failed };
}

const measuredOf = (points: readonly SweptPoint[]): PointConfig[] =>
  points.filter(({ outcome }) => outcome.kind === 'measured').map(({ config }) => config);

/** @throws HarpError where no model is left */
function readAll(request: ProfileRequest): { models: ModelSummary[]; failed: FailedModel[] } {
  const files = findModels(request.models);
  const failed: FailedModel[] = [];
  const orFailed = <Result>(file: string, work: () => Result): Result[] => {
    try {
      return [work()];
    } catch (error) {
      if (!(error instanceof HarpError) || files.length === 1) throw error;
      failed.push({ file, error });
      return [];
    }
  };
  const whole = files.flatMap((file) => orFailed(file, () => inspectGiven(file)));
  checkDimNames(request.dims, whole);
  const fit = whole.filter(
    (model) => orFailed(model.file, () => checkInputs(request.dims, model)).length > 0,
  );
  if (fit.length === 0) throw notMeasured(failed, files.length);
  return { models: fit, failed };
}

function inspectGiven(file: string): ModelSummary {
  assertModelThere(file);
  return inspectModel(file);
}

const NOTHING: Pick<ProfileJob, 'kept' | 'predicted'> = { kept: [], predicted: [] };

/** What the file holds already and still counts; tells what does not. */
function earlierPoints(
  file: string,
  header: ProfileHeader,
  resume: boolean,
  note: (text: string) => void,
): Pick<ProfileJob, 'kept' | 'predicted'> {
  if (!isInTheWay(file)) return NOTHING;
  if (!resume) {
    note(`${file} is measured anew, the old one is kept as ${previousOf(file)}; --resume would continue it`);
    return NOTHING;
  }
  const previous = loadProfile(file);
  const { kept, differences } = resumeFrom(previous, header);
  if (differences.length > 0) {
    throw new HarpError('bad-input', 'its points were measured under other conditions', {
      where: file,
      got: differences.join('; '),
      hint: `Leave out --resume to measure anew (the old file is kept as ${previousOf(file)}), or choose another --out.`,
    });
  }
  const unsettled = kept.filter(({ outcome }) => outcome.kind === 'measured' && !outcome.stable).length;
  const again =
    unsettled > 0
      ? `; ${counted(unsettled, 'point')} that did not settle ${unsettled === 1 ? 'gets' : 'get'} another chance`
      : '';
  note(`${file}: ${counted(kept.length - unsettled, 'point')} kept${again}`);
  return { kept, predicted: predictedPoints(previous) };
}

/** Read before anything is written: it may be the very file that is measured anew. */
function profileThen(
  { compareWith, provider }: ProfileRequest,
  name: string,
  isAlone: boolean,
): Profile | undefined {
  if (compareWith === undefined) return undefined;
  const isFolder = statSync(compareWith, { throwIfNoEntry: false })?.isDirectory();
  if (isFolder) return loadProfile(join(compareWith, profileName(name, provider)));
  if (isAlone) return loadProfile(compareWith);
  throw new HarpError('usage', 'several models cannot be compared with one profile', {
    where: '--compare',
    expected: `a folder that holds ${profileName('NAME', provider)} of each`,
    got: compareWith,
  });
}
