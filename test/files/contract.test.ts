/**
 * What the public contract shows is read as it stands there: its examples are the files in `contract/`, word for word. Keys that came
 * later under the same schemaVersion are not asked of them.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import Compare from '../../src/commands/compare.ts';
import Cost from '../../src/commands/cost.ts';
import Export from '../../src/commands/export.ts';
import PlanApplication from '../../src/commands/plan.ts';
import Report from '../../src/commands/report.ts';
import Simulate from '../../src/commands/simulate.ts';
import { loadPlan } from '../../src/files/load-plan.ts';
import { loadReportDocuments } from '../../src/files/load-report-documents.ts';
import { renderPlan } from '../../src/report/plan-table.ts';
import { plainStyle } from '../../src/report/style.ts';
import { describeModule } from '../../src/serving/served-module.ts';
import { runCommand } from '../commands/run-command.ts';

const example = (name: string): string => fileURLToPath(new URL(`contract/${name}`, import.meta.url));
const PLAN = example('m3.plan.json');

let folder: string;
const path = (name: string): string => join(folder, name);
const put = (name: string, document: unknown): string => {
  writeFileSync(path(name), JSON.stringify(document));
  return path(name);
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-contract-'));
  copyFileSync(example('traffic.app.yaml'), path('traffic.app.yaml'));
  const profile = JSON.parse(readFileSync(example('m3.profile.json'), 'utf8'));
  for (const name of ['detect', 'vehicle', 'plate']) {
    const points = [{ ...profile.points[0], batchSize: 4, durationMs: 30 }];
    put(`${name}.profile.json`, { ...profile, model: { name }, points });
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const commands = [
  ['cost', Cost, [PLAN]],
  ['simulate', Simulate, [PLAN, '--duration', '2']],
  ['export to Kubernetes', Export, [PLAN, '--to', 'kubernetes']],
  ['export to Triton', Export, [PLAN, '--to', 'triton']],
  ['report', Report, [PLAN, example('m3.profile.json'), '--out', '-']],
  [
    'plan',
    PlanApplication,
    [example('m3.profile.json'), '--rate=90', '--slo=1000', '--prices', example('hardware.yaml')],
  ],
] as const;

describe('an example of the contract', () => {
  test.each(commands)('is read by harp %s', async (_name, command, argv) => {
    const { stdout, stderr, exitCode } = await runCommand(command, [...argv]);
    expect({ exitCode, stderr: stderr.match(/^Error.*/gm) }).toEqual({ exitCode: 0, stderr: null });
    expect(stdout).not.toMatch(/undefined|NaN/);
  });

  test.each([['plan', PlanApplication] as const, ['compare', Compare] as const])(
    'of an application is read by harp %s',
    async (_name, command) => {
      const { stderr, exitCode } = await runCommand(command, [path('traffic.app.yaml')]);
      expect({ exitCode, stderr: stderr.match(/^Error.*/gm) }).toEqual({ exitCode: 0, stderr: null });
    },
  );

  test('of a plan is told, and has what serving it asks for', () => {
    const plan = loadPlan(PLAN);
    const text = renderPlan(plan, plainStyle);
    expect(text).toMatch(/^held +100,000 evenly spaced requests/m);
    expect(text).not.toMatch(/undefined|NaN/);
    expect(plan.modules.map(describeModule)).toMatchObject([{ name: 'm3' }]);
  });

  test('of a plan that is none is read, too', async () => {
    const { feasible: _feasible, modules: _modules, ...header } = JSON.parse(readFileSync(PLAN, 'utf8'));
    const reason = {
      ...{ code: 'slo-too-tight', where: 'm3', neededMs: 100, availableMs: 90 },
      message: 'm3 needs more than 100 ms; the SLO is 90 ms',
    };
    const file = put('none.plan.json', { ...header, feasible: false, reason });
    expect(await runCommand(Cost, [file])).toMatchObject({ exitCode: 3 });
    expect((await runCommand(Report, [file, '--out', '-'])).exitCode).toBe(0);
  });
});

test('the figures of a simulation that the contract names are enough for a report', async () => {
  const asked = {
    ...{ schemaVersion: 1, kind: 'simulation', application: 'm3', rateRps: 198, sloMs: 1000 },
    planned: { rateRps: 198, sloMs: 1000, worstCaseMs: 960, costPerHour: 5 },
    ...{ arrivals: 'uniform', serviceTimes: 'exact', seed: 1, durationMs: 2000 },
  };
  const figures = {
    ...{ requests: 396, served: 395, late: 1, expired: 0, shed: 0, attainment: 395 / 396 },
    ...{ latencyMs: { p50: 900, p95: 940, p99: 950, max: 1001 }, goodputRps: 197.5 },
    ...{ machines: [], coreSeconds: 9 },
    timeline: [0, 1000].map((timeMs) => ({
      ...{ timeMs, cores: 5, batchSize: 32, feasible: true, queue: 12, violations: 0 },
    })),
  };
  const file = put('a.simulation.json', { ...asked, ...figures });
  expect(loadReportDocuments(file)).toMatchObject([{ document: { failed: 0, modules: [], histogram: [] } }]);
  const { stdout, exitCode } = await runCommand(Report, [file, '--out', '-']);
  expect(exitCode).toBe(0);
  expect(stdout).not.toMatch(/undefined|NaN/);
});
