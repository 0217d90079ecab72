/**
 * Loads an application with all that it names: its modules' profiles and the prices of their hardware. A single profile is
 * an application of one module.
 */
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import {
  type Application,
  type ApplicationModule,
  applicationSchema,
  type LoadedApplication,
  type LoadedModule,
  topologicalOrder,
} from '../domain/application.ts';
import { check } from '../domain/check.ts';
import { HarpError } from '../domain/errors.ts';
import { type Profile, profileSchema, type Statistic } from '../domain/profile.ts';
import { wiringProblems } from '../domain/wiring-problems.ts';
import { hardwareInUse, withLocalCores } from './hardware-in-use.ts';
import { loadHardware, loadPrices, overrideHardware } from './load-hardware.ts';
import { loadProfile } from './load-profile.ts';
import { priceWarnings } from './price-warnings.ts';
import { type LocatedProfile, profiledModule } from './profiled-module.ts';
import { readDocument } from './read-document.ts';
import { rejectUnknownFields } from './reject-unknown-fields.ts';
import { withinMemory } from './within-memory.ts';

export interface ApplicationOverrides {
  readonly rateRps?: number | undefined;
  readonly sloMs?: number | undefined;
  readonly reserveMs?: number | undefined;
  /** Which figure of a measurement to take as duration; as profiled by default. */
  readonly statistic?: Statistic | undefined;
  readonly pricesFile?: string | undefined;
}

/**
 * @param file an application or a profile; "-" reads stdin, whose paths are relative to the current folder
 * @throws HarpError `bad-input` naming file, field, expected, got; `usage` for a profile without rate and SLO; `infeasible`
 *   where a module fits into the memory of no machine
 */
export function loadApplication(file: string, overrides: ApplicationOverrides = {}): LoadedApplication {
  const document = readDocument(file);
  const source = file === '-' ? 'stdin' : file;
  const folder = file === '-' ? '.' : dirname(file);
  const parts = isProfile(document, source)
    ? oneModule(check(profileSchema, document, source), { source, folder }, overrides)
    : declaredModules(withOverrides(document, overrides), { source, folder }, overrides);
  const miswired = wiringProblems(parts.modules, source).find(({ isWritten }) => isWritten);
  if (miswired) throw miswired.error;
  const { pricesFile } = overrides;
  const ofFile = pricesFile === undefined ? {} : loadPrices(pricesFile);
  const own = parts.application.hardware ?? {};
  const table = overrideHardware(overrideHardware(loadHardware(undefined), ofFile), own);
  const hardware = hardwareInUse(parts.modules, withLocalCores(table, parts.profiles), source);
  const warnings = priceWarnings(parts.modules, { source, own, file: pricesFile, ofFile }, hardware);
  assertLeavesTime(
    parts.application,
    overrides.reserveMs === undefined ? `${source}: reserveMs` : '--reserve',
  );
  const { modules, leftOut } = withinMemory(parts.modules, hardware, source);
  return {
    name: parts.application.name,
    rateRps: parts.application.rateRps,
    sloMs: parts.application.sloMs,
    ...(parts.application.reserveMs && { reserveMs: parts.application.reserveMs }),
    modules,
    hardware,
    ...(parts.application.scaling && { scaling: parts.application.scaling }),
    ...(leftOut.length > 0 && { leftOut }),
    ...(warnings.length > 0 && { warnings }),
  };
}

interface Parts {
  readonly application: Pick<
    Application,
    'name' | 'rateRps' | 'sloMs' | 'reserveMs' | 'hardware' | 'scaling'
  >;
  readonly modules: readonly LoadedModule[];
  readonly profiles: readonly Profile[];
}

interface Place {
  readonly source: string;
  readonly folder: string;
}

/** @throws HarpError `bad-input` for a plan */
function isProfile(document: unknown, source: string): boolean {
  const kind = (document as { kind?: unknown } | null | undefined)?.kind;
  if (kind === 'plan') {
    throw new HarpError('bad-input', 'this is a plan already', {
      where: source,
      expected: 'an application or a profile',
      hint: 'harp serve carries it out.',
    });
  }
  return kind === 'profile';
}

/** @throws HarpError where the reserve is all of the SLO */
function assertLeavesTime({ sloMs, reserveMs = 0 }: Parts['application'], where: string): void {
  if (reserveMs < sloMs) return;
  throw new HarpError(
    where.startsWith('--') ? 'usage' : 'bad-input',
    'the reserve leaves nothing of the SLO',
    {
      where,
      expected: `less than the SLO, ${sloMs} ms`,
      got: `${reserveMs} ms`,
    },
  );
}

/** Rate, SLO and reserve asked for stand in the place of the file's, or where it has none. */
function withOverrides(document: unknown, { rateRps, sloMs, reserveMs }: ApplicationOverrides): unknown {
  if (typeof document !== 'object' || document === null) return document;
  return {
    ...document,
    ...(rateRps !== undefined && { rateRps }),
    ...(sloMs !== undefined && { sloMs }),
    ...(reserveMs !== undefined && { reserveMs }),
  };
}

function oneModule(
  profile: Profile,
  { source, folder }: Place,
  { rateRps, sloMs, reserveMs, statistic }: ApplicationOverrides,
): Parts {
  if (rateRps === undefined || sloMs === undefined) {
    throw new HarpError('usage', 'a profile says neither rate nor SLO', {
      where: source,
      expected: '--rate and --slo',
      hint: 'Give both, or write an application: name, rateRps, sloMs, modules.',
    });
  }
  const { name } = profile.model;
  const located = [{ profile, file: source, folder }];
  const module = profiledModule(name, { after: [], perRequest: 1 }, located, statistic);
  return { application: { name, rateRps, sloMs, reserveMs }, modules: [module], profiles: [profile] };
}

function declaredModules(
  document: unknown,
  { source, folder }: Place,
  { statistic }: ApplicationOverrides,
): Parts {
  rejectUnknownFields(document, applicationSchema, source);
  const application = check(applicationSchema, document, source);
  const located = new Map(
    topologicalOrder(application.modules, source).map((name) => {
      const module = application.modules[name]!;
      return [name, profilesOf(module, folder, `${source}: modules.${name}.profile`)];
    }),
  );
  return {
    application,
    modules: [...located].map(([name, profiles]) => {
      const { model, ...module } = application.modules[name]!;
      const file = model === undefined ? {} : { model: resolve(folder, model) };
      return profiledModule(name, { ...module, ...file }, profiles, statistic);
    }),
    profiles: [...located.values()].flat().map(({ profile }) => profile),
  };
}

const profilesOf = ({ profile }: ApplicationModule, folder: string, where: string): LocatedProfile[] =>
  [profile].flat().map((path) => {
    const file = isAbsolute(path) ? path : join(folder, path);
    if (!existsSync(file)) {
      throw new HarpError('bad-input', 'there is no such profile', {
        where,
        expected: "a path relative to the application's file",
        got: path,
        hint: `harp profile MODEL.onnx --out ${path} measures one.`,
      });
    }
    return { profile: loadProfile(file), file, folder: dirname(file) };
  });
