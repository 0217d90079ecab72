/** Joins a module of an application with what its profiles measured. */
import { resolve } from 'node:path';
import type { ApplicationModule, LoadedModule } from '../domain/application.ts';
import { configText } from '../domain/config-text.ts';
import { HarpError } from '../domain/errors.ts';
import type { ModelReference } from '../domain/plan.ts';
import type { ExternalData, Machine, Profile, ProfilePoint, Runtime, Statistic } from '../domain/profile.ts';
import { isOnDevice } from '../domain/provider.ts';

export interface LocatedProfile {
  readonly profile: Profile;
  readonly file: string;
  /** The profile's paths are relative to it. */
  readonly folder: string;
}

/**
 * @param module its `model` is an absolute path
 * @param profiles at least one, all of the same model
 * @param statistic replaces `durationMs` where it was measured
 * @throws HarpError `bad-input` for a profile without points, profiles of different models, or two durations for one point
 */
export function profiledModule(
  name: string,
  module: Omit<ApplicationModule, 'profile'>,
  profiles: readonly LocatedProfile[],
  statistic: Statistic | undefined,
): LoadedModule {
  const { after, perRequest, inputs, rows } = module;
  const model = modelOf(profiles, module.model);
  return {
    name,
    after,
    perRequest,
    points: withinCores(pointsOf(profiles, statistic), name, module.cores),
    model,
    measuredOn: measuredOn(profiles),
    ...(inputs && { inputs }),
    ...(rows && { rows }),
  };
}

const measuredOn = (profiles: readonly LocatedProfile[]): LoadedModule['measuredOn'] =>
  Object.fromEntries(
    profiles.flatMap(({ profile: { machine, runtime, points } }) =>
      machine === undefined
        ? []
        : points.map(({ hardware }) => [
            hardware,
            { cpuModel: machine.cpuModel, ...(runtime && providerOf(runtime, machine)) },
          ]),
    ),
  );

const providerOf = ({ provider }: Runtime, { gpus }: Machine): { provider: string; gpus?: string[] } => ({
  provider,
  ...(isOnDevice(provider) && gpus && { gpus: gpus.map(({ name }) => name) }),
});

function pointsOf(profiles: readonly LocatedProfile[], statistic: Statistic | undefined): ProfilePoint[] {
  const seen = new Map<string, string>();
  return profiles.flatMap(({ profile: { points }, file }) => {
    if (points.length === 0) {
      throw new HarpError('bad-input', 'this profile has no point', {
        where: `${file}: points`,
        expected: 'at least one operating point',
        got: '[]',
        hint: 'Profile the model again; "skipped" says why points are missing.',
      });
    }
    return points.map((point) => {
      const { hardware, latencyMs, predictedMs } = point;
      const key = `${configText(point)} of ${hardware}`;
      const before = seen.get(key);
      if (before !== undefined) {
        throw new HarpError('bad-input', `two durations for ${key}`, {
          where: before === file ? file : `${before} and ${file}`,
          expected: 'each point once',
        });
      }
      seen.set(key, file);
      const figures = latencyMs ?? predictedMs;
      return statistic && figures ? { ...point, durationMs: figures[statistic] } : point;
    });
  });
}

/** @throws HarpError `bad-input` where nothing is left */
function withinCores(
  points: readonly ProfilePoint[],
  module: string,
  range: ApplicationModule['cores'],
): readonly ProfilePoint[] {
  if (range === undefined) return points;
  const [least, most] = range;
  const within = points.filter(({ cores }) => cores >= least && cores <= most);
  if (within.length > 0) return within;
  throw new HarpError('bad-input', 'nothing was profiled on so many cores', {
    where: `modules.${module}.cores`,
    expected: `cores of its profiles: ${[...new Set(points.map(({ cores }) => cores))].join(', ')}`,
    got: `[${least}, ${most}]`,
    hint: `Profile with --cores ${least},${most}.`,
  });
}

function modelOf(profiles: readonly LocatedProfile[], modelFile: string | undefined): ModelReference {
  const [first, ...others] = profiles;
  const { profile, folder } = first!;
  const other = others.find(
    (located) => (located.profile.model.sha256 ?? profile.model.sha256) !== profile.model.sha256,
  );
  if (other) {
    throw new HarpError('bad-input', 'profiles of different models', {
      where: other.file,
      expected: `sha256 ${profile.model.sha256} as in ${first!.file}`,
      got: `sha256 ${other.profile.model.sha256}`,
    });
  }
  assertSameWeights(profiles);
  const { name, file, sha256, externalData, inputs, outputs, lifted } = profile.model;
  const profiledFile = file === undefined ? undefined : resolve(folder, file);
  const served = modelFile ?? profiledFile;
  return {
    name,
    ...(served !== undefined && { file: served }),
    ...(lifted && served === profiledFile && { original: resolve(folder, lifted.from) }),
    ...(others.length === 0 && first!.file !== 'stdin' && { profile: resolve(first!.file) }),
    // Of another file than the one that was profiled, the content is not known.
    ...(sha256 !== undefined && served === profiledFile && { sha256, ...(externalData && { externalData }) }),
    ...(inputs && { inputs }),
    ...(outputs && { outputs }),
    ...(profile.method?.dims && { dims: profile.method.dims }),
  };
}

/** Profiles of one file may differ in what lay beside it; older ones do not say. */
function assertSameWeights(profiles: readonly LocatedProfile[]): void {
  const [first, ...others] = profiles.filter(({ profile }) => profile.model.externalData !== undefined);
  const other = others.find(
    ({ profile }) =>
      weightsText(profile.model.externalData) !== weightsText(first!.profile.model.externalData),
  );
  if (other === undefined) return;
  throw new HarpError('bad-input', 'profiles of a model with different external data', {
    where: other.file,
    expected: `${weightsText(first!.profile.model.externalData)} as in ${first!.file}`,
    got: weightsText(other.profile.model.externalData),
  });
}

const weightsText = (data: ExternalData = []): string =>
  data.map(({ file, sha256 }) => `${file} of sha256 ${sha256}`).join(', ');
