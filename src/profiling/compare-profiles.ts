/**
 * What changed between two profiles of a model, and whether that is more than both may be off by: a difference within the sum
 * of their stated spreads is noise. Only points that both measured, and that settled in both, are judged.
 */
import type { Profile, ProfilePoint, Statistic } from '../domain/profile.ts';
import type { PointChange, ProfileComparison } from '../domain/profile-comparison.ts';
import { roundTo } from '../numeric/round-to.ts';
import { conditionChanges, conditions } from './resume.ts';
import { SETTLING } from './settling.ts';

/** @param now its statistic is compared */
export function compareProfiles(then: Profile, now: Profile): ProfileComparison {
  const statistic = now.statistic ?? 'p95';
  const measuredThen = then.points.filter(isMeasured);
  const measuredNow = now.points.filter(isMeasured);
  const changes = measuredNow.flatMap((point) => {
    const before = measuredThen.find((other) => isSamePlace(other, point));
    return before === undefined ? [] : [pointChange(before, point, statistic)];
  });
  return {
    statistic,
    changes,
    unmatched: measuredThen.length + measuredNow.length - 2 * changes.length,
    conditions: conditionChanges(conditionsOf(then), conditionsOf(now)),
  };
}

/**
 * The points that have become slower, beyond noise, by more than this share.
 * @param share 0.05 is 5 %
 */
export const regressions = ({ changes }: ProfileComparison, share: number): PointChange[] =>
  changes.filter(({ verdict, change }) => verdict === 'slower' && change > share);

function pointChange(then: ProfilePoint, now: ProfilePoint, statistic: Statistic): PointChange {
  const [thenMs, nowMs] = [then.latencyMs![statistic], now.latencyMs![statistic]];
  const noiseMs = spreadOf(then, statistic) + spreadOf(now, statistic);
  const isSettled = then.stable !== false && now.stable !== false;
  const within = Math.abs(nowMs - thenMs) <= noiseMs;
  return {
    cores: now.cores,
    batchSize: now.batchSize,
    thenMs,
    nowMs,
    change: roundTo(nowMs / thenMs - 1, 4),
    noise: roundTo(noiseMs / thenMs, 4),
    verdict: !isSettled ? 'not-settled' : within ? 'within-noise' : nowMs > thenMs ? 'slower' : 'faster',
  };
}

const isMeasured = ({ latencyMs }: ProfilePoint): boolean => latencyMs !== undefined;

const isSamePlace = (a: ProfilePoint, b: ProfilePoint): boolean =>
  a.cores === b.cores && a.batchSize === b.batchSize;

/** Profiles of older versions do not say: then what settled figures may differ by. */
const spreadOf = ({ spreadMs, latencyMs }: ProfilePoint, statistic: Statistic): number =>
  spreadMs?.[statistic] ?? SETTLING.tolerance * latencyMs![statistic];

const conditionsOf = (profile: Profile) => conditions(profile, profile.points[0]?.hardware ?? '');
