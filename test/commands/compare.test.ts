import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import Compare from '../../src/commands/compare.ts';
import {
  applicationComparisonSchema,
  type BenchmarkComparison,
  costOverSloSchema,
} from '../../src/domain/comparison.ts';
import { planSchema } from '../../src/domain/plan.ts';
import { ABLATION_NAMES } from '../../src/planning/harpagon.ts';
import { PLANNER_NAMES } from '../../src/planning/problem.ts';
import { runCommand } from './run-command.ts';

const compare = (...argv: string[]) => runCommand(Compare, argv);

let folder: string;
const path = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-compare-'));
  const points = [
    [2, 100],
    [8, 250],
    [32, 800],
  ].map(([batchSize, durationMs]) => ({ hardware: 'gpu-a', cores: 1, batchSize, durationMs }));
  writeFileSync(
    path('m3.profile.json'),
    JSON.stringify({ schemaVersion: 1, kind: 'profile', model: { name: 'm3' }, points }),
  );
  writeFileSync(
    path('m3.app.yaml'),
    `schemaVersion: 1
name: m3
rateRps: 198
sloMs: 1000
modules: { m3: { profile: m3.profile.json } }
hardware: { gpu-a: { pricePerHour: 1 } }
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Without the column of times, which are never the same. */
const untimed = (text: string): string => text.replace(/ +(solved in|[\d.]+ ms)$/gm, '');

describe('harp compare APP', () => {
  test('shows what every planner would buy, side by side', async () => {
    const { stdout, stderr, exitCode } = await compare(path('m3.app.yaml'), '--no-color');
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(untimed(stdout)).toBe(`m3: 198 requests/s within 1000 ms  (proportional billing)

planner    per hour  × optimal  worst case  dummies
optimal       $5.00      1.000      960 ms   2.00/s
harpagon      $5.00      1.000      960 ms   2.00/s
scrooge       $5.90      1.180     1000 ms      0/s
nexus         $6.30      1.260      500 ms      0/s
inferline     $7.00      1.400      500 ms   26.0/s
clipper       $7.00      1.400      500 ms   26.0/s

planner    m3
optimal    5 × gpu-a b32
harpagon   5 × gpu-a b32
scrooge    4 × gpu-a b32
           1 × gpu-a b2
           0.900 × gpu-a b2
nexus      6 × gpu-a b8
           0.300 × gpu-a b2
inferline  7 × gpu-a b8
clipper    7 × gpu-a b8
5 × gpu-a b32: 5 machines of 1 core of gpu-a, in batches of 32.
`);
  });

  test('--json prints every plan, with its cost over the optimum', async () => {
    const { stdout, exitCode } = await compare(path('m3.app.yaml'), '--json', '--billing', 'whole');
    const compared = applicationComparisonSchema.parse(JSON.parse(stdout));
    expect(exitCode).toBe(0);
    expect(compared).toMatchObject({ application: 'm3', rateRps: 198, sloMs: 1000, billing: 'whole' });
    expect(compared.planners.map(({ planner }) => planner)).toEqual(PLANNER_NAMES);
    for (const { plan, costToOptimal } of compared.planners) {
      expect(planSchema.parse(plan)).toMatchObject({ feasible: true, billing: 'whole' });
      expect(costToOptimal).toBeGreaterThanOrEqual(1);
    }
  });

  test('--guarantee replay adds whole machines that hold, marked as such', async () => {
    const held = [path('m3.app.yaml'), '--guarantee', 'replay'];
    const { stdout, exitCode } = await compare(...held, '--arrivals', 'poisson', '--no-color');
    expect(exitCode).toBe(0);
    expect(untimed(stdout)).toMatch(/^simulated +\$6\.00 +– +–/m);
    expect(stdout).toMatch(/^simulated: whole machines that keep 99 % in time under poisson arrivals/m);
    expect(stdout).toMatch(/^simulated +6 × gpu-a b32$/m);
    const whole = await compare(...held, '--arrivals', 'poisson', '--billing', 'whole', '--no-color');
    expect(untimed(whole.stdout)).toMatch(/^simulated +\$6\.00 +[\d.]+ +–/m);
    const json = await compare(...held, '--attainment', '1', '--reserve', '10', '--json');
    const compared = applicationComparisonSchema.parse(JSON.parse(json.stdout));
    expect(compared.simulatedUnder).toEqual({ arrivals: 'uniform', attainment: 1 });
    expect(compared.planners.map(({ planner }) => planner)).toEqual([...PLANNER_NAMES, 'simulated']);
    expect(compared.planners.at(-1)!.plan).toMatchObject({
      ...{ sloMs: 1000, reserveMs: 10, boundOf: 'any-dispatcher' },
      verification: { arrivals: 'uniform', passed: true },
    });
  });

  test('--slo-sweep tells what every planner costs over SLOs, and where it has no plan', async () => {
    const asked = [path('m3.app.yaml'), '--slo-sweep', '100..1000', '--steps', '4', '--quiet', '--no-color'];
    const { stdout, exitCode } = await compare(...asked, '--json');
    const { slosMs, planners } = costOverSloSchema.parse(JSON.parse(stdout));
    expect({ exitCode, slosMs }).toEqual({ exitCode: 0, slosMs: [100, 215.443, 464.159, 1000] });
    const costs = (name: string) => planners.find(({ planner }) => planner === name)!.costsPerHour;
    expect(costs('optimal').at(-1)).toBeCloseTo(5, 9);
    expect(costs('nexus')[0]).toBeNull();
    for (const { costsPerHour } of planners) {
      for (const [at, cost] of costsPerHour.entries()) {
        if (cost !== null) expect(cost).toBeGreaterThanOrEqual(costs('optimal')[at]! * (1 - 1e-9));
      }
    }
    expect((await compare(...asked)).stdout).toMatch(/^ +100 ms .*–/m);
  });

  test('--reserve is kept by all, at one SLO and at several', async () => {
    const { stdout } = await compare(path('m3.app.yaml'), '--json', '--reserve', '50');
    const compared = applicationComparisonSchema.parse(JSON.parse(stdout));
    expect(compared).toMatchObject({ sloMs: 1000, reserveMs: 50 });
    for (const { plan } of compared.planners) {
      expect(plan).toMatchObject({ feasible: true, sloMs: 1000, reserveMs: 50 });
      if (plan.feasible) expect(plan.worstCaseMs).toBeLessThanOrEqual(950 * (1 + 1e-9));
    }
    expect((await compare(path('m3.app.yaml'), '--reserve', '50', '--no-color')).stdout).toContain(
      'within 1000 ms, 50.0 ms in reserve',
    );
    const asked = [path('m3.app.yaml'), '--steps', '2', '--json', '--quiet', '--slo-sweep'];
    const costs = async (...argv: string[]) =>
      costOverSloSchema.parse(JSON.parse((await compare(...asked, ...argv)).stdout));
    const swept = await costs('40..1000', '--reserve', '50');
    expect(swept).toMatchObject({ slosMs: [40, 1000], reserveMs: 50 });
    const tighter = await costs('100..950');
    for (const [at, { costsPerHour }] of swept.planners.entries())
      expect(costsPerHour).toEqual([null, tighter.planners[at]!.costsPerHour[1]]);
  });

  test('--guarantee replay compares plans that were seen to hold, with what the model alone would pay', async () => {
    const asked = [path('m3.app.yaml'), '--billing', 'whole', '--guarantee', 'replay', '--quiet'];
    const out = path('held.json');
    const { stdout, exitCode } = await compare(...asked, '--arrivals', 'poisson', '--json', '--out', out);
    expect(exitCode).toBe(0);
    expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual(JSON.parse(stdout));
    for (const { plan, planner } of applicationComparisonSchema.parse(JSON.parse(stdout)).planners) {
      if (planner === 'simulated') continue;
      const seen = { arrivals: 'poisson', target: 0.99, passed: true };
      expect(plan).toMatchObject({ guarantee: 'replay', verification: seen });
      if (plan.feasible)
        expect(plan.costPerHour).toBeGreaterThanOrEqual(plan.verification!.modelCostPerHour - 1e-9);
    }
    const table = (await compare(...asked, '--no-color')).stdout;
    expect(table).toMatch(/^planner +per hour .* by the model +in time/m);
    expect(table).toMatch(/^optimal +\$5\.00 .*\$5\.00 +100\.0 %/m);
  });

  test.each([
    ['--arrivals', 'poisson'],
    ['--attainment', '0.9'],
  ])('%s says nothing of plans of the model', async (...flag) => {
    const { stderr, exitCode } = await compare(path('m3.app.yaml'), ...flag);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--guarantee');
  });

  test('says why a planner has no plan, and ends with 3 where none has', async () => {
    const some = await compare(path('m3.app.yaml'), '--slo', '150', '--no-color');
    expect(some.exitCode).toBe(0);
    expect(some.stdout).toMatch(/^nexus: m3 needs more than 200 ms; the SLO is 150 ms$/m);
    const none = await compare(path('m3.app.yaml'), '--slo', '90', '--no-color');
    expect(none.exitCode).toBe(3);
    expect(none.stdout).toMatch(/^clipper: m3 needs at least 200 ms/m);
  });
});

describe('harp compare --benchmark', () => {
  test('tells figures of every planner and ablation, and the published ones', async () => {
    const { stdout, exitCode } = await compare('--benchmark', '--workloads', '20', '--json', '--quiet');
    const compared: BenchmarkComparison = JSON.parse(stdout);
    expect(exitCode).toBe(0);
    expect(compared).toMatchObject({ workloads: 20, published: { harpagonEqualToOptimal: 0.915 } });
    expect(compared.planners.map(({ planner }) => planner)).toEqual(PLANNER_NAMES);
    expect(compared.ablations.map(({ planner }) => planner)).toEqual(ABLATION_NAMES);
    const figures = (name: string) => compared.planners.find(({ planner }) => planner === name)!;
    expect(figures('optimal')).toMatchObject({ solved: 1, equalToOptimal: 1, costToOptimal: { worst: 1 } });
    expect(figures('harpagon').solved).toBe(1);
    for (const { costToOptimal } of [...compared.planners, ...compared.ablations]) {
      if (costToOptimal) expect(costToOptimal.mean).toBeGreaterThanOrEqual(1 - 1e-6);
    }
  });

  test('as text: tables of planners, ablations and objectives, and the paper beside them', async () => {
    const { stdout } = await compare('--benchmark', '--workloads', '8', '--no-color', '--quiet');
    for (const title of ['planner ', 'ablation ', 'SLO over', 'beside the paper', 'theirs on 91.5 %']) {
      expect(stdout).toContain(title);
    }
  });

  test.each([
    ['neither an application nor the benchmark', [], /either an application or --benchmark, got neither/],
    ['both', ['m3.app.yaml', '--benchmark'], /got both/],
    ['a rate for the benchmark', ['--benchmark', '--rate', '5'], /rate/],
    ['a sweep that falls', ['m3.app.yaml', '--slo-sweep', '9..3'], /expected MIN\.\.MAX/],
    ['steps without a sweep', ['m3.app.yaml', '--steps', '3'], /slo-sweep/],
    ['a count without the benchmark', ['m3.app.yaml', '--workloads', '5'], /benchmark/],
  ])('%s is bad usage', async (_, argv, message) => {
    const { stdout, stderr, exitCode } = await compare(...argv);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toMatch(message);
  });
});
