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
  const differences = conditions(header)
    .map(([what, pick]) => ({ what, then: pick(previous), now: pick(header) }))
    .filter(({ then, now }) => !isDeepStrictEqual(then, now))
    .map(({ what, then, now }) => `${what} ${told(then)} then, ${told(now)} now`);
  if (differences.length > 0) return { kept: [], differences };
  const kept = previous.points
    .filter((point) => point.hardware === header.hardware && point.latencyMs !== undefined)
    .map(({ cores, batchSize, ...figures }) => ({
      config: { cores, batchSize },
      outcome: { kind: 'measured', ...(figures as unknown as Measurement) } as const,
    }));
  return { kept, differences };
}

/** Points that still have to be measured; those that did not settle get another chance. */
export function remainingPoints(points: readonly PointConfig[], kept: readonly SweptPoint[]): PointConfig[] {
  const settled = new Set(
    kept
      .filter(({ outcome }) => outcome.kind === 'measured' && outcome.stable)
      .map(({ config }) => configKey(config)),
  );
  return points.filter((point) => !settled.has(configKey(point)));
}

type Conditions = Partial<Pick<Profile, 'model' | 'machine' | 'runtime' | 'method'>>;

/** What a duration depends on, by the name that a user reads. */
function conditions(header: ProfileHeader): [what: string, pick: (of: Conditions) => unknown][] {
  return [
    ['model sha256', ({ model }) => model?.sha256],
    ['processor', ({ machine }) => machine?.cpuModel],
    ['usable cores', ({ machine }) => machine?.cores],
    ['governor', ({ machine }) => machine?.governor],
    ['GPUs', ({ machine }) => machine?.gpus],
    ...Object.keys(header.runtime).map((key) => [key, ({ runtime }: Conditions) => runtime?.[key]] as const),
    ...Object.keys(header.method).map((key) => [key, ({ method }: Conditions) => method?.[key]] as const),
  ].map(([what, pick]) => [what, pick] as [string, (of: Conditions) => unknown]);
}

const told = (value: unknown): string =>
  value === undefined ? 'unknown' : typeof value === 'string' ? value : JSON.stringify(value);
