/** What `harp profile` was asked for, and whether that makes sense on this machine. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { HarpError } from '../domain/errors.ts';
import type { ModelSummary } from '../domain/model-summary.ts';
import { isOnDevice } from '../domain/provider.ts';
import type { MeasuringOptions } from './profile-header.ts';

export interface ProfileRequest extends MeasuringOptions {
  readonly models: readonly string[];
  readonly batchSizes: readonly number[];
  /** Powers of two up to what the machine has, by default. */
  readonly cores: readonly number[] | undefined;
  /** A file, or a folder for what `profileName` says; the current folder by default. */
  readonly out: string | undefined;
  readonly resume: boolean;
  /** Give models of one row a batch axis where that is safe. */
  readonly lift: boolean;
  /** Measure the whole grid, not only what tells the rest. */
  readonly exhaustive: boolean;
  /** A profile to compare with, or a folder that holds what `profileName` says of each model. */
  readonly compareWith: string | undefined;
}

/** @throws HarpError `usage` */
export function checkLimits({ limits: { minDurationMs, maxDurationMs } }: ProfileRequest): void {
  if (minDurationMs <= maxDurationMs) return;
  throw new HarpError('usage', 'no point could be measured long enough', {
    where: '--max-duration',
    expected: `at least --min-duration, ${minDurationMs / 1000} s`,
    got: `${maxDurationMs / 1000} s`,
  });
}

/**
 * @param available on this machine
 * @throws HarpError `missing-capability`; `usage` for shares of a device
 */
export function coresToMeasure({ cores, provider }: ProfileRequest, available: number): readonly number[] {
  const wanted = cores ?? (isOnDevice(provider) ? [1] : powersOfTwo(available));
  assertCores(wanted, available, provider);
  return wanted;
}

function assertCores(cores: readonly number[], available: number, provider: string): void {
  const most = Math.max(...cores);
  if (isOnDevice(provider) && most > 1) {
    throw new HarpError('usage', `the provider "${provider}" gives no shares of its device`, {
      where: '--cores',
      expected: '1: the whole device, fed by a process on one core',
      got: String(most),
    });
  }
  if (most <= available) return;
  throw new HarpError('missing-capability', 'this machine has too few cores', {
    where: '--cores',
    expected: `at most ${available}, which is what affinity and CPU quota leave`,
    got: String(most),
  });
}

/**
 * Where the profile of each model goes.
 * @throws HarpError `usage` where two models would share a file
 */
export function outFiles(
  { out, provider }: Pick<ProfileRequest, 'out' | 'provider'>,
  models: readonly ModelSummary[],
): string[] {
  const intoFolder =
    out === undefined || out.endsWith('/') || statSync(out, { throwIfNoEntry: false })?.isDirectory();
  const files = intoFolder
    ? models.map(({ name }) => join(out ?? '', profileName(name, provider)))
    : models.map(() => out);
  const twice = files.find((file, index) => files.indexOf(file) !== index);
  if (twice === undefined) return files;
  throw new HarpError('usage', `two models would be written to ${twice}`, {
    where: '--out',
    hint: 'Give a folder, as --out profiles/, and models of different names.',
  });
}

/** Where the user names no file: one of a device does not take the place of the processor's. */
export const profileName = (model: string, provider: string): string =>
  isOnDevice(provider) ? `${model}.${provider}.profile.json` : `${model}.profile.json`;

/** 1, 2, 4, … up to `most`. */
const powersOfTwo = (most: number): number[] =>
  Array.from({ length: Math.floor(Math.log2(most)) + 1 }, (_, exponent) => 2 ** exponent);
