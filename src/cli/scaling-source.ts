/**
 * What `harp simulate --scaling` plays: a profile; or the only module of an application or of a plan, with their rate and SLO.
 */
import { dirname, join } from 'node:path';
import { HarpError } from '../domain/errors.ts';
import type { Profile } from '../domain/profile.ts';
import { loadApplication } from '../files/load-application.ts';
import { loadPlan } from '../files/load-plan.ts';
import { loadProfile } from '../files/load-profile.ts';
import { readDocument } from '../files/read-document.ts';

export interface ScalingSource {
  readonly profile: Profile;
  /** The profile's. */
  readonly file: string;
  /** Where the file says them. */
  readonly rateRps?: number;
  readonly sloMs?: number;
}

/** @throws HarpError `bad-input`, also for several modules */
export function scalingSource(file: string): ScalingSource {
  if (file === '-') return { profile: loadProfile(file), file };
  const document = readDocument(file) as { readonly kind?: unknown; readonly modules?: unknown } | null;
  if (document?.kind === 'plan') return ofPlan(file);
  if (document?.kind === undefined && document?.modules !== undefined) return ofApplication(file);
  return { profile: loadProfile(file), file };
}

function ofApplication(file: string): ScalingSource {
  const { modules, rateRps, sloMs } = loadApplication(file);
  const { points, model } = onlyOne(modules, file);
  const path = profileOf(model.profile, file);
  const profile = loadProfile(path);
  // The application may hold the module to some of them.
  const cores = new Set(points.map((point) => point.cores));
  const within = profile.points.filter((point) => cores.has(point.cores));
  return { profile: { ...profile, points: within }, file: path, rateRps, sloMs };
}

function ofPlan(file: string): ScalingSource {
  const { modules, rateRps, sloMs } = loadPlan(file);
  const named = onlyOne(modules, file).model?.profile;
  const path = profileOf(named && join(dirname(file), named), file);
  return { profile: loadProfile(path), file: path, rateRps, sloMs };
}

function onlyOne<Module extends { readonly name: string }>(modules: readonly Module[], file: string): Module {
  const [module, ...others] = modules;
  if (module !== undefined && others.length === 0) return module;
  throw new HarpError('bad-input', 'scaling is played for one module', {
    where: file,
    expected: 'an application or a plan of one module, or a profile',
    got: `${modules.length} modules: ${modules.map(({ name }) => name).join(', ')}`,
    hint: 'Play each by its profile, with its part of the SLO: harp simulate PROFILE --scaling POLICY --rate N --slo MS. harp serve --scaling scales all of them.',
  });
}

function profileOf(path: string | undefined, file: string): string {
  if (path !== undefined) return path;
  throw new HarpError('bad-input', 'does not say which one profile its module stands on', {
    where: file,
    expected: 'a module with one profile',
    got: 'none, or several',
    hint: 'Name it yourself: harp simulate PROFILE --scaling POLICY --rate N --slo MS.',
  });
}
