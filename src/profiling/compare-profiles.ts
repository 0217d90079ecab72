/**
 * What changed between two profiles of a model, and whether that is more than both may be off by. The machine's own speed
 * changes, too, so a point is expected to take as much longer as the yardstick beside it did; a difference from that within
 * the sum of the stated spreads is noise, and models follow the yardstick only roughly, so part of the machine's change is
 * noise as well. Only points that both measured, and that settled in both, are judged.
 */
import { isMeasured, type Profile, type ProfilePoint, type Statistic } from '../domain/profile.ts';
import type { PointChange, ProfileComparison } from '../domain/profile-comparison.ts';
import { isSame } from '../latency/choose-next-point.ts';
import { roundTo } from '../numeric/round-to.ts';
import { conditionChanges, conditions } from './resume.ts';
import { SETTLING } from './settling.ts';

/** Of a change of the machine's speed, what a model may have more or less of it (seen: 0.6 to 1.2 times the yardstick's). */
const UNEVEN = 0.5;

/** @param now its statistic is compared */
export function compareProfiles(then: Profile, now: Profile): ProfileComparison {
  const statistic = now.statistic ?? 'p95';
  const measuredThen = then.points.filter(isMeasured);
  const measuredNow = now.points.filter(isMeasured);
  const changes = measuredNow.flatMap((point) => {
    const before = measuredThen.find((other) => isSame(other, point));
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
  changes.filter(({ verdict, modelChange }) => verdict === 'slower' && modelChange > share);

/**
 * The points of which a gate cannot tell whether they are slower by more than this share, since noise is larger; the noisiest first.
 * @param share 0.05 is 5 %
 */
export const blindPoints = ({ changes }: ProfileComparison, share: number): PointChange[] =>
  changes
    .filter(({ verdict, noise }) => verdict === 'within-noise' && noise > share)
    .sort((a, b) => b.noise - a.noise);

function pointChange(then: ProfilePoint, now: ProfilePoint, statistic: Statistic): PointChange {
  const [thenMs, nowMs] = [then.latencyMs![statistic], now.latencyMs![statistic]];
  const speed = then.yardstickMs && now.yardstickMs ? now.yardstickMs / then.yardstickMs : undefined;
  const expectedMs = thenMs * (speed ?? 1);
  const modelChange = nowMs / expectedMs - 1;
  const noise =
    spreadOf(then, statistic) / thenMs +
    spreadOf(now, statistic) / expectedMs +
    UNEVEN * Math.abs(1 - 1 / (speed ?? 1));
  const isSettled = then.stable !== false && now.stable !== false;
  const within = Math.abs(modelChange) <= noise;
  return {
    cores: now.cores,
    batchSize: now.batchSize,
    thenMs,
    nowMs,
    change: roundTo(nowMs / thenMs - 1, 4),
    ...(speed !== undefined && { machineChange: roundTo(speed - 1, 4) }),
    modelChange: roundTo(modelChange, 4),
    noise: roundTo(noise, 4),
    verdict: !isSettled ? 'not-settled' : within ? 'within-noise' : modelChange > 0 ? 'slower' : 'faster',
  };
}

/** Profiles of older versions do not say: then what settled figures may differ by. */
const spreadOf = ({ spreadMs, latencyMs }: ProfilePoint, statistic: Statistic): number =>
  spreadMs?.[statistic] ?? SETTLING.tolerance * latencyMs![statistic];

const conditionsOf = (profile: Profile) => conditions(profile, profile.points[0]?.hardware ?? '');
