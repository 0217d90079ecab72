/** What is wrong with what was measured, and the exit code that a script gets for it. */
import { counted } from '../domain/counted.ts';
import { gravest, HarpError } from '../domain/errors.ts';
import type { Profile } from '../domain/profile.ts';
import { unstablePoints, unstableText } from '../report/profile-table.ts';
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
  const unsettled = allowUnstable
    ? []
    : profiled.map(({ profile }) => profile).filter((profile) => unstablePoints(profile).length > 0);
  const gate =
    slowerPercent === undefined ? { problems: [], notes: [] } : regressionGate(profiled, slowerPercent);
  const problems = [
    ...(unsettled.length > 0 ? [notSettled(unsettled)] : []),
    ...(failed.length > 0 ? [notMeasured(failed, profiled.length + failed.length)] : []),
    ...gate.problems,
  ];
  return { problems, notes: gate.notes, exitCode: gravest(problems)?.exitCode ?? 0 };
}

const notSettled = (profiles: readonly Profile[]): HarpError => {
  const points = counted(profiles.flatMap(unstablePoints).length, 'point');
  return new HarpError('unstable', `${points} did not settle: ${profiles.map(unstableText).join('; ')}`, {
    hint: 'They are saved with "stable": false. Quiet the machine or raise --max-duration, and add --resume to measure only these again; --allow-unstable accepts them.',
  });
};
