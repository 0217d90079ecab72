/** What is wrong with what was measured, and the exit code that a script gets for it. */
import { counted } from '../domain/counted.ts';
import { gravest, HarpError } from '../domain/errors.ts';
import { unstablePoints } from '../report/profile-table.ts';
import { notMeasured } from './models-left-out.ts';
import { regressionGate } from './regression-gate.ts';
import type { ProfileRun } from './run-profile.ts';

export interface VerdictOptions {
  readonly allowUnstable: boolean;
  /** Of the gate; undefined where none was asked for. */
  readonly slowerPercent: number | undefined;
}

export interface ProfileVerdict {
  readonly problems: readonly HarpError[];
  /** What the user should know beside them. */
  readonly notes: readonly string[];
  readonly exitCode: number;
}

export function profileVerdict(
  { profiled, failed }: ProfileRun,
  { allowUnstable, slowerPercent }: VerdictOptions,
): ProfileVerdict {
  const unstable = allowUnstable ? [] : profiled.flatMap(({ profile }) => unstablePoints(profile));
  const gate =
    slowerPercent === undefined ? { problems: [], notes: [] } : regressionGate(profiled, slowerPercent);
  const problems = [
    ...(unstable.length > 0 ? [notSettled(unstable)] : []),
    ...(failed.length > 0 ? [notMeasured(failed, profiled.length + failed.length)] : []),
    ...gate.problems,
  ];
  return { problems, notes: gate.notes, exitCode: gravest(problems)?.exitCode ?? 0 };
}

const notSettled = (points: readonly string[]): HarpError =>
  new HarpError('unstable', `${counted(points.length, 'point')} did not settle: ${points.join('; ')}`, {
    hint: 'They are saved with "stable": false. Quiet the machine or raise --max-duration, and add --resume to measure only these again; --allow-unstable accepts them.',
  });
