/**
 * Which points of an earlier profile still hold: all of them where model, hardware name, machine, runtime and method are
 * the same, none otherwise. The statistic may differ, since each point carries them all.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Profile } from '../domain/profile.ts';
import { configKey, type ProfileHeader, type SweptPoint } from './build-profile.ts';
import type { Measurement, PointConfig } from './measure-point.ts';

export interface Resumed {
  readonly kept: readonly SweptPoint[];
  /** What does not match, as "onnxruntime 1.29.0 then, 1.30.0 now"; empty where all points hold. */
  readonly differences: readonly string[];
}

export function resumeFrom(previous: Profile, header: ProfileHeader): Resumed {
  const differences = conditionChanges(
    conditions(previous, previous.points[0]?.hardware ?? header.hardware),
    conditions(header, header.hardware),
  );
  if (differences.length > 0) return { kept: [], differences };
  const kept = previous.points
    .filter(({ hardware, latencyMs }) => hardware === header.hardware && latencyMs !== undefined)
    .map(({ cores, batchSize, ...figures }) => ({
      config: { cores, batchSize },
      outcome: { kind: 'measured', ...(figures as unknown as Measurement) } as const,
    }));
  return { kept, differences };
}

type Conditions = Readonly<Record<string, unknown>>;

/** As "onnxruntime 1.29.0 then, 1.30.0 now". */
export const conditionChanges = (then: Conditions, now: Conditions): string[] =>
  Object.keys(now)
    .filter((what) => !isDeepStrictEqual(then[what], now[what]))
    .map((what) => `${what} ${told(then[what])} then, ${told(now[what])} now`);

/** What a duration depends on, by the name that a user reads. */
export const conditions = (
  { model, machine, runtime, method }: Pick<Profile, 'model' | 'machine' | 'runtime' | 'method'>,
  hardware: string,
): Conditions => ({
  'model sha256': model.sha256,
  'external data': model.externalData?.map(({ file, sha256 }) => `${file} ${sha256}`).join(', '),
  hardware,
  processor: machine?.cpuModel,
  'usable cores': machine?.cores,
  governor: machine?.governor,
  GPUs: machine?.gpus,
  ...runtime,
  ...method,
  // Until when a point may settle: one that has would have under a later end, too, and another is measured again.
  maxDurationMs: undefined,
});

/** The points that an earlier profile told without having measured them. */
export const predictedPoints = ({ points }: Profile): PointConfig[] =>
  points.filter(({ predicted }) => predicted).map(({ cores, batchSize }) => ({ cores, batchSize }));

/** Points that still have to be measured; those that did not settle get another chance. */
export function remainingPoints(points: readonly PointConfig[], kept: readonly SweptPoint[]): PointConfig[] {
  const settled = new Set(
    kept
      .filter(({ outcome }) => outcome.kind === 'measured' && outcome.stable)
      .map(({ config }) => configKey(config)),
  );
  return points.filter((point) => !settled.has(configKey(point)));
}

const told = (value: unknown): string =>
  value === undefined ? 'unknown' : typeof value === 'string' ? value : JSON.stringify(value);
