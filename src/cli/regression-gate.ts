/** What `--fail-on-regression` says of models that were compared: what became slower, and what could not be judged. */
import { counted } from '../domain/counted.ts';
import { HarpError } from '../domain/errors.ts';
import type { Profile } from '../domain/profile.ts';
import type { PointChange, ProfileComparison } from '../domain/profile-comparison.ts';
import { isSame } from '../latency/choose-next-point.ts';
import { regressions } from '../profiling/compare-profiles.ts';
import { changeText } from '../report/comparison-table.ts';
import { configText } from '../report/profile-table.ts';

interface ComparedModel {
  readonly profile: Profile;
  readonly comparison?: ProfileComparison;
}

export interface GateResult {
  /** Why the gate fails, if it does: points that became slower, and models of which nothing can be said. */
  readonly problems: readonly HarpError[];
  /** Of models that could be judged in part, how many points were. */
  readonly notes: readonly string[];
}

/**
 * A gate that has judged nothing has not been passed.
 * @param percent of what points took then: slower by more is refused
 */
export function regressionGate(models: readonly ComparedModel[], percent: number): GateResult {
  const compared = models.flatMap(({ profile, comparison }) =>
    comparison === undefined ? [] : [{ profile, comparison }],
  );
  const slower = compared.flatMap(({ profile, comparison }) =>
    regressions(comparison, percent / 100).map((change) => changeText(profile.model.name, change)),
  );
  const judged = compared.map((model) => ({ ...model, count: judgedIn(model.comparison) }));
  return {
    problems: [
      ...(slower.length > 0 ? [becameSlower(slower, percent)] : []),
      ...judged.filter(({ count }) => count === 0).map(notJudged),
    ],
    notes: judged
      .filter(({ count, comparison }) => count > 0 && partsOf(comparison).length > 0)
      .map(({ profile, comparison, count }) =>
        [`${profile.model.name}: ${counted(count, 'point')} judged`, ...partsOf(comparison)].join(', '),
      ),
  };
}

const isUnsettled = ({ verdict }: PointChange): boolean => verdict === 'not-settled';

const judgedIn = ({ changes }: ProfileComparison): number =>
  changes.filter((change) => !isUnsettled(change)).length;

/** What of it was not judged: "1 not settled". */
function partsOf({ changes, unmatched }: ProfileComparison): string[] {
  const unsettled = changes.filter(isUnsettled).length;
  return [
    ...(unsettled > 0 ? [`${unsettled} not settled`] : []),
    ...(unmatched > 0 ? [`${unmatched} measured in one of the two only`] : []),
  ];
}

const becameSlower = (slower: readonly string[], percent: number): HarpError =>
  new HarpError('gate-failed', `${counted(slower.length, 'point')} became slower: ${slower.join('; ')}`, {
    where: '--fail-on-regression',
    expected: `at most ${percent} % slower, noise aside`,
  });

function notJudged({ profile, comparison: { changes } }: Required<ComparedModel>): HarpError {
  const { model, points } = profile;
  if (changes.length === 0) {
    return new HarpError('bad-input', `no point of ${model.name} was measured then and now`, {
      where: '--fail-on-regression',
      expected: 'a point that both profiles measured',
      hint: 'Measure the batch sizes and cores of the profile given to --compare.',
    });
  }
  const isSettledNow = (change: PointChange): boolean =>
    points.find((point) => isSame(point, change))?.stable !== false;
  const told = changes.map(
    (change) => `${configText(change)} did not settle ${isSettledNow(change) ? 'then' : 'now'}`,
  );
  return new HarpError('unstable', `no point of ${model.name} could be judged: ${told.join('; ')}`, {
    where: '--fail-on-regression',
    hint: changes.every(isSettledNow)
      ? 'Measure the profile given to --compare anew, on a quiet machine.'
      : 'Quiet the machine or raise --max-duration, and add --resume to measure only these again.',
  });
}
