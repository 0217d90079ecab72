/** What `--fail-on-regression` says of models that were compared: what became slower, and what could not be judged. */
import { configText } from '../domain/config-text.ts';
import { counted } from '../domain/counted.ts';
import { HarpError } from '../domain/errors.ts';
import type { Profile } from '../domain/profile.ts';
import type { PointChange, ProfileComparison } from '../domain/profile-comparison.ts';
import { isSame } from '../latency/choose-next-point.ts';
import { blindPoints, regressions } from '../profiling/compare-profiles.ts';
import { changeText } from '../report/comparison-table.ts';
import { formatPercent } from '../report/format.ts';

interface ComparedModel {
  readonly profile: Profile;
  readonly comparison?: ProfileComparison;
}

export interface GateResult {
  /** Why the gate fails, if it does: points that became slower, and models of which nothing can be said. */
  readonly problems: readonly HarpError[];
  /** Of models that could be judged in part, how many points were; and where the gate could not see what it was to refuse. */
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
    notes: [
      ...judged
        .filter(({ count, comparison }) => count > 0 && partsOf(comparison).length > 0)
        .map(({ profile, comparison, count }) =>
          [`${profile.model.name}: ${counted(count, 'point')} judged`, ...partsOf(comparison)].join(', '),
        ),
      ...blindness(compared, percent),
    ],
  };
}

/** The comparison with what the gate could see of it, where one was asked for. */
export function withGate(comparison: ProfileComparison, percent: number | undefined): ProfileComparison {
  if (percent === undefined) return comparison;
  const blind = blindPoints(comparison, percent / 100);
  const gate = {
    maxSlower: percent / 100,
    blind: blind.length,
    ...(blind.length > 0 && { seesFrom: blind[0]!.noise }),
  };
  return { ...comparison, gate };
}

/** One sentence for all models, with the worst point. A limit of 0 asks for nothing but noise. */
function blindness(compared: readonly Required<ComparedModel>[], percent: number): string[] {
  if (percent === 0) return [];
  const blind = compared.flatMap(({ profile, comparison }) =>
    blindPoints(comparison, percent / 100).map((point) => ({ model: profile.model.name, point })),
  );
  if (blind.length === 0) return [];
  const worst = blind.reduce((one, other) => (other.point.noise > one.point.noise ? other : one));
  const others = blind.length > 1 ? ` (the worst of ${blind.length} such points)` : '';
  return [
    `warning: the limit is ${percent} %, but of ${worst.model}, ${configText(worst.point)}, nothing under ${formatPercent(worst.point.noise)} would have been seen${others}`,
    '  → Raise --min-duration, then and now, on a quiet machine; or allow as much as can be seen.',
  ];
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
