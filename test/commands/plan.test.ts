import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import PlanApplication from '../../src/commands/plan.ts';
import { type FeasiblePlan, planSchema } from '../../src/domain/plan.ts';
import { loadPlan } from '../../src/files/load-plan.ts';
import { runCommand } from './run-command.ts';

const plan = (...argv: string[]) => runCommand(PlanApplication, argv);

let folder: string;
const path = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-plan-'));
  mkdirSync(path('plans'));
  const points = [
    [2, 100],
    [8, 250],
    [32, 800],
  ].map(([batchSize, durationMs]) => ({ hardware: 'gpu-a', cores: 1, batchSize, durationMs }));
  const model = {
    name: 'm3',
    file: 'm3.onnx',
    sha256: 'abc',
    inputs: [{ name: 'x', datatype: 'FP32', shape: ['batch', 4] }],
  };
  writeFileSync(
    path('m3.profile.json'),
    JSON.stringify({ schemaVersion: 1, kind: 'profile', model, points }),
  );
  writeFileSync(
    path('m3.app.yaml'),
    `schemaVersion: 1
name: m3
rateRps: 198
sloMs: 1000
modules: { m3: { profile: m3.profile.json } }
hardware: { gpu-a: { pricePerHour: 1, asOf: 2026-11-01, source: by hand } }
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('harp plan', () => {
  test('shows the machines, the cost, the promise and what the prices stand on', async () => {
    const { stdout, stderr, exitCode } = await plan(path('m3.app.yaml'), '--no-color');
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    // What a replay sees to the millisecond is the dispatcher's matter.
    const told = stdout
      .replace(/worst \d+ ms of/, 'worst WORST of')
      .replace(/[\d.]+ % in time/, 'SHARE % in time');
    expect(told).toBe(`m3: 198 requests/s within 1000 ms  (optimal, proportional billing)

module  rank  machines  hardware  cores  batch  duration   rate  worst case  per hour
m3         1         5  gpu-a         1     32    800 ms  200/s      960 ms     $5.00

cost        $5.00 an hour, $3650 a month
bound       $5.00 an hour, gap 0.0 %: proven optimal, no plan of this model costs less
worst case  960 ms of 1000 ms, for evenly spaced requests
dummies     m3 2.00/s  padding in place of requests, paid for above
held        20,000 evenly spaced requests, worst WORST of 1000 ms; Poisson SHARE % in time

gpu-a: $1.00 an hour, any number of machines, 2026-11-01, by hand
`);
  });

  test('--json prints the plan, and nothing else', async () => {
    const { stdout, exitCode } = await plan(path('m3.app.yaml'), '--json', '--no-dummies');
    const document = planSchema.parse(JSON.parse(stdout));
    expect(document).toMatchObject({ feasible: true, planner: 'optimal', optimal: true, gap: 0 });
    expect((document as FeasiblePlan).costPerHour).toBeCloseTo(5.3, 9);
    expect(exitCode).toBe(0);
  });

  test('every planner carries the bound of the optimum', async () => {
    const { stdout } = await plan(
      ...[path('m3.app.yaml'), '--json', '--no-dummies', '--planner', 'harpagon', '--ablation', 'two-points'],
    );
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ planner: 'harpagon', optimal: false });
    expect(document.costPerHour).toBeCloseTo(5.9, 9);
    expect(document.lowerBoundPerHour).toBeCloseTo(5.3, 5);
    expect(document.gap).toBeCloseTo(5.9 / 5.3 - 1, 5);
  });

  test.each([
    [
      'a plan that costs more fails the gate, and is told all the same',
      '4.99',
      3,
      /too dear: \$5\.00 an hour/,
    ],
    ['a plan that costs as much passes', '5', 0, /^(?!.*too dear)/s],
  ])('--max-cost: %s', async (_, limit, exitCode, message) => {
    const file = path('gated.plan.json');
    const text = await plan(path('m3.app.yaml'), '--max-cost', limit, '--out', file, '--quiet');
    expect(text).toMatchObject({ stderr: '', exitCode });
    expect(text.stdout).toMatch(message);
    expect(text.stdout).toContain('cost        $5.00 an hour');
    const json = await plan(path('m3.app.yaml'), '--max-cost', limit, '--json');
    const gate = { maxCostPerHour: Number(limit), passed: exitCode === 0 };
    expect(json.exitCode).toBe(exitCode);
    expect(JSON.parse(json.stdout)).toMatchObject({ feasible: true, gate });
    expect(loadPlan(file)).toMatchObject({ gate });
  });

  test('--explain says what binds, what else could run, and what other SLOs and rates cost', async () => {
    const { stdout, exitCode } = await plan(
      ...[path('m3.app.yaml'), '--explain', '--no-color', '--billing', 'whole'],
    );
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`
module  bound by                   on path    slack  next best point
m3      batch 32 on gpu-a: 960 ms  m3       40.0 ms  batch 8 on gpu-a, +$2.00 an hour
Next best point: leads where a module's leading point is left out; the plan then costs so much more.

change      an hour  and on
SLO − 1 ms      ±$0  level to 960 ms, then +$1.00 at once
SLO + 1 ms      ±$0  level to 16000 ms at least
rate + 1/s      ±$0  level to 200/s, then +$1.00 at once
rate − 1/s      ±$0  level to 160/s, then −$1.00 at once

cost an hour over the SLO  (no plan: 100.0 ms and less)
$10.00 ┤   █████
       │   █████
       │   █████▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅
       │   ████████████████████████▆
 $5.00 ┤   █████████████████████████████████████████████████████████
       │   █████████████████████████████████████████████████████████
       │   █████████████████████████████████████████████████████████
       │   █████████████████████████████████████████████████████████
    $0 └─────────────────────────────┴──────────────────────────────
        0                            1000 ms                 2000 ms
`);
    const { stdout: json } = await plan(path('m3.app.yaml'), '--explain', '--json');
    const { explanation } = planSchema.parse(JSON.parse(json)) as FeasiblePlan;
    expect(explanation).toMatchObject({ complete: true, modules: [{ name: 'm3', bindingRank: 1 }] });
    expect(explanation!.costOverSlo.length).toBeGreaterThan(50);
  });

  test('the plan carries what a replay showed of it', async () => {
    const { stdout } = await plan(path('m3.app.yaml'), '--json');
    const { guarantee, verification, enforcement } = planSchema.parse(JSON.parse(stdout)) as FeasiblePlan;
    expect(guarantee).toBe('replay');
    expect(enforcement).toMatchObject({ dispatch: 'planned', deadlines: 'planned' });
    expect(verification).toMatchObject({
      ...{ arrivals: 'uniform', fanOut: 'even', requests: 20_000, seed: 1 },
      ...{ attainment: 1, target: 1, passed: true, modelCostPerHour: 5, replays: 2 },
    });
    expect(verification!.maxMs).toBeLessThanOrEqual(1000);
    expect(verification!.poisson!.attainment).toBeLessThan(0.99);
  });

  test('--arrivals makes another promise; what it costs stands beside what the model says', async () => {
    const argv = [path('m3.app.yaml'), '--arrivals', 'poisson', '--billing', 'whole'];
    const { stdout, exitCode } = await plan(...argv, '--json');
    const found = planSchema.parse(JSON.parse(stdout)) as FeasiblePlan;
    expect(exitCode).toBe(0);
    expect(found).toMatchObject({
      lowerBoundPerHour: 5,
      verification: { arrivals: 'poisson', target: 0.99, seed: 2, modelCostPerHour: 5, repaired: 'machines' },
    });
    expect(found.costPerHour).toBeGreaterThan(5);
    expect(found.verification!.attainment).toBeGreaterThanOrEqual(0.99);
    const { stdout: text } = await plan(...argv, '--no-color');
    expect(text).toMatch(/^held {8}.* poisson requests/m);
    expect(text).toMatch(
      /^repaired {4}the model's plan did not hold at \$5\.00 an hour; that it holds costs \$/m,
    );
  });

  test('a load too high to be replayed is planned without, and says why and how to have it replayed', async () => {
    const asked = [path('m3.app.yaml'), '--rate', '1e9'];
    const { stdout } = await plan(...asked, '--json');
    const made = planSchema.parse(JSON.parse(stdout)) as FeasiblePlan;
    expect(made).toMatchObject({ feasible: true, guarantee: 'model' });
    expect(made.verification).toBeUndefined();
    expect(made.unverified).toMatch(/requests arrive in one SLO, and 200,000 are replayed.*--time-limit \d+/);
    const { stdout: text } = await plan(...asked, '--no-color');
    expect(text).toContain(`guarantee   not replayed: ${made.unverified}`);
  });

  test('--guarantee model takes the word of the model, and says so', async () => {
    const { stdout } = await plan(path('m3.app.yaml'), '--guarantee', 'model', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ guarantee: 'model' });
    expect(JSON.parse(stdout)).not.toHaveProperty('verification');
    const { stdout: text } = await plan(path('m3.app.yaml'), '--guarantee', 'model', '--no-color');
    expect(text).toContain("guarantee   the model's word; no replay was asked for");
  });

  test('where nothing holds with the machines that there are, there is no plan under the promise', async () => {
    const prices = path('five.yaml');
    writeFileSync(
      prices,
      'hardware: { gpu-a: { pricePerHour: 1, count: 5, asOf: 2026-11-01, source: by hand } }\n',
    );
    const { stdout, exitCode } = await plan(
      ...[path('m3.profile.json'), '--rate', '198', '--slo', '1000', '--prices', prices],
      ...['--arrivals', 'gamma:4', '--json'],
    );
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      feasible: false,
      reason: { code: 'does-not-hold', message: expect.stringContaining('99 % of gamma:4 requests') },
    });
  });

  test('where there are too few machines, it says how many would be needed', async () => {
    const prices = path('four.yaml');
    writeFileSync(prices, 'hardware: { gpu-a: { pricePerHour: 1, count: 4 } }\n');
    const argv = [path('m3.profile.json'), '--rate', '198', '--slo', '1000', '--prices', prices];
    for (const planner of ['optimal', 'simulated']) {
      const { stdout, exitCode } = await plan(...argv, '--planner', planner);
      expect(exitCode).toBe(3);
      expect(stdout).toMatch(/no plan: 4 × gpu-a cannot serve m3 .*; with 5 × gpu-a the model has a plan$/m);
      expect(stdout).toContain('say count: 5 for gpu-a in "hardware", and harp serve --share-cores');
    }
  });

  test('--rate, --slo and --billing go before the application', async () => {
    const { stdout } = await plan(
      ...[path('m3.app.yaml'), '--json', '--rate', '60', '--slo', '700', '--billing', 'whole'],
    );
    expect(JSON.parse(stdout)).toMatchObject({ rateRps: 60, sloMs: 700, billing: 'whole', costPerHour: 2 });
  });

  test('--out saves a plan that serving needs nothing else for', async () => {
    const file = path('plans/m3.plan.json');
    const { stderr, exitCode } = await plan(path('m3.app.yaml'), '--out', file);
    expect({ stderr, exitCode }).toEqual({ stderr: `saved to ${file}\n`, exitCode: 0 });
    const [module] = loadPlan(file).modules;
    expect(module).toMatchObject({
      model: { name: 'm3', file: '../m3.onnx', sha256: 'abc', inputs: [{ name: 'x' }] },
      serviceTimes: [
        { hardware: 'gpu-a', cores: 1, batchSize: 2, durationMs: 100, tailMs: 100 },
        { hardware: 'gpu-a', cores: 1, batchSize: 8, durationMs: 250, tailMs: 250 },
        { hardware: 'gpu-a', cores: 1, batchSize: 32, durationMs: 800, tailMs: 800 },
      ],
    });
  });

  test('where there is none: the reason, exit code 3, and the document all the same', async () => {
    const file = path('none.plan.json');
    const text = await plan(path('m3.app.yaml'), '--slo', '90', '--out', file, '--quiet');
    expect(text).toEqual({
      stdout: `m3: 198 requests/s within 90.0 ms  (optimal, proportional billing)

no plan: m3 needs more than 100 ms; the SLO is 90 ms; with an SLO of 101 ms there is a plan, at $100 an hour
→ Ask for a looser SLO, or profile faster hardware or smaller batches.
`,
      stderr: '',
      exitCode: 3,
    });
    const { stdout, exitCode } = await plan(path('m3.app.yaml'), '--slo', '90', '--json');
    const reason = { code: 'slo-too-tight', where: 'm3', neededMs: 100, availableMs: 90, possibleSloMs: 101 };
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ feasible: false, reason });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ feasible: false, reason });
  });

  test('where the SLO is too tight it names one that has a plan with the same guarantee', async () => {
    const random = ['--arrivals', 'poisson', '--reserve', '5'];
    const { stderr } = await plan(path('m3.app.yaml'), '--slo', '90', ...random);
    const [, sloMs] = /^→ harp plan \S+m3.app.yaml --arrivals poisson --reserve 5 --slo ([\d.]+)$/m.exec(
      stderr,
    )!;
    expect(Number(sloMs)).toBeGreaterThan(105);
    expect(await plan(path('m3.app.yaml'), '--slo', sloMs!, ...random)).toMatchObject({ exitCode: 0 });
  });

  test('what prices say that is probably not meant stands beside the plan, and in it', async () => {
    writeFileSync(path('locale.yaml'), 'hardware: { gpu-b: { pricePerHour: 2 } }');
    const { stderr, exitCode } = await plan(path('m3.app.yaml'), '--prices', path('locale.yaml'));
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(
      /^warning: .*locale.yaml: none of its hardware is in a profile.* did you mean "gpu-a"\?$/m,
    );
    const { stdout } = await plan(path('m3.app.yaml'), '--prices', path('locale.yaml'), '--json');
    expect(planSchema.parse(JSON.parse(stdout)).warnings).toHaveLength(1);
  });

  test('what machines could do beyond the rate is padding only where a batch is to be filled', async () => {
    const slo = ['--slo', '150', '--billing', 'whole', '--rate', '19'];
    const single = path('single.profile.json');
    const point = { hardware: 'gpu-a', cores: 1, batchSize: 1, durationMs: 20 };
    writeFileSync(
      single,
      JSON.stringify({ schemaVersion: 1, kind: 'profile', model: { name: 'm' }, points: [point] }),
    );
    writeFileSync(path('gpu-a.yaml'), 'hardware: { gpu-a: { pricePerHour: 1 } }');
    const { stdout } = await plan(single, ...slo, '--prices', path('gpu-a.yaml'), '--no-color');
    expect(stdout).toContain('spare       m 31.0/s  capacity beyond the rate, paid for above');
    expect(stdout).not.toContain('dummies');
  });

  describe('how modules are wired', () => {
    const pipeline = (wires: string): string => {
      writeFileSync(
        path('wired.app.yaml'),
        `schemaVersion: 1
name: wired
rateRps: 10
sloMs: 3000
modules:
  a: { profile: tensors.profile.json }
  b: { profile: tensors.profile.json, after: [a]${wires} }
hardware: { gpu-a: { pricePerHour: 1 } }
`,
      );
      const spec = (name: string, length: number) => ({
        name,
        datatype: 'FP32',
        shape: ['batch', length],
      });
      writeFileSync(
        path('tensors.profile.json'),
        JSON.stringify({
          schemaVersion: 1,
          kind: 'profile',
          model: { name: 'net', inputs: [spec('x', 4)], outputs: [spec('y', 7)] },
          points: [{ hardware: 'gpu-a', cores: 1, batchSize: 2, durationMs: 100 }],
        }),
      );
      return path('wired.app.yaml');
    };

    test.each([
      ['a shape that does not fit', ', inputs: { x: a.y }', /"a.y" does not fit this input/],
      [
        'a misspelt input',
        ', inputs: { xs: request.x }',
        /the model has no such input[\s\S]*Did you mean "x"/,
      ],
    ])('%s is refused before anything is planned', async (_sentence, wires, message) => {
      const { stdout, stderr, exitCode } = await plan(pipeline(wires));
      expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
      expect(stderr).toMatch(message);
    });

    test('a wire that is still to be written is said, and the plan made', async () => {
      const { stdout, stderr, exitCode } = await plan(pipeline(''));
      expect(exitCode).toBe(0);
      expect(stdout).toContain('an hour');
      expect(stderr).toContain(
        'warning: harp serve will refuse this application: module b: inputs.x: "a.y" does not fit',
      );
      expect((await plan(pipeline(', inputs: { x: request.x }'))).stderr).toBe('');
    });
  });

  test('--reserve keeps time for what happens outside: the machines have the rest, clients the SLO', async () => {
    const { stdout } = await plan(path('m3.app.yaml'), '--reserve', '30', '--json');
    const kept = planSchema.parse(JSON.parse(stdout)) as FeasiblePlan;
    expect(kept).toMatchObject({ sloMs: 1000, reserveMs: 30, worstCaseMs: 960, guarantee: 'replay' });
    expect(kept.modules[0]!.budgetMs).toBe(970);
    expect(kept.verification!.maxMs).toBeLessThanOrEqual(970);
    const { stdout: table } = await plan(path('m3.app.yaml'), '--reserve', '30', '--no-color');
    expect(table).toContain('within 1000 ms');
    expect(table).toContain(
      'worst case  960 ms of 970 ms, for evenly spaced requests\nreserve     30.0 ms of 1000 ms, for what happens',
    );
    expect(table).toMatch(/^held .* of 970 ms/m);
    const dearer = await plan(path('m3.app.yaml'), '--reserve', '50', '--json');
    expect(JSON.parse(dearer.stdout).worstCaseMs).toBeLessThanOrEqual(950);
    expect(JSON.parse(dearer.stdout).costPerHour).toBeGreaterThan(5);
  });

  test('an application may say its reserve; the flag goes before it', async () => {
    const app = path('reserving.app.yaml');
    writeFileSync(
      app,
      readFileSync(path('m3.app.yaml'), 'utf8').replace('sloMs: 1000', 'sloMs: 1000\nreserveMs: 30'),
    );
    expect(JSON.parse((await plan(app, '--json')).stdout)).toMatchObject({ sloMs: 1000, reserveMs: 30 });
    expect(JSON.parse((await plan(app, '--json', '--reserve', '40')).stdout).reserveMs).toBe(40);
    expect(JSON.parse((await plan(app, '--json', '--reserve', '0')).stdout)).not.toHaveProperty('reserveMs');
    const { stderr, exitCode } = await plan(app, '--slo', '30');
    expect({ stderr, exitCode }).toEqual({
      stderr: expect.stringMatching(/reserving.app.yaml: reserveMs: the reserve leaves nothing of the SLO/),
      exitCode: 2,
    });
  });

  test('where the reserve leaves no plan, the reason names it, and so does what to do', async () => {
    const { stdout, exitCode } = await plan(path('m3.app.yaml'), '--slo', '110', '--reserve', '20');
    expect(exitCode).toBe(3);
    expect(stdout).toContain(
      'm3 needs more than 100 ms; the SLO less the reserve is 90 ms; 20 ms of the SLO of 110 ms are kept in reserve',
    );
    expect(stdout).toContain('A smaller --reserve leaves the engine more.');
  });

  test('a plan by simulation has a bound of its own, and the seeds that it was found and certified with', async () => {
    const argv = [path('m3.app.yaml'), '--planner', 'simulated', '--arrivals', 'poisson'];
    const { stdout, exitCode } = await plan(...argv, '--no-color');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^bound {7}\$5\.00 an hour, gap 20\.0 %: no whole machines that hold cost less than that, whatever dispatches$/m,
    );
    expect(stdout).toMatch(/^certified .* on fresh requests \(seed 1000003\);/m);
    expect(stdout).toMatch(/^searched .* of whole machines \(seed 1\);/m);
    const found = JSON.parse((await plan(...argv, '--json')).stdout) as FeasiblePlan;
    expect(found).toMatchObject({ lowerBoundPerHour: 5, boundOf: 'any-dispatcher', optimal: false });
    expect(found.gap).toBeCloseTo(0.2);
  });

  test('what bounds a pipeline by simulation is not known, and it says so', async () => {
    writeFileSync(
      path('pair.app.yaml'),
      `schemaVersion: 1
name: pair
rateRps: 20
sloMs: 1000
modules: { a: { profile: m3.profile.json }, b: { profile: m3.profile.json, after: [a] } }
hardware: { gpu-a: { pricePerHour: 1 } }
`,
    );
    const argv = [path('pair.app.yaml'), '--planner', 'simulated'];
    const { stdout, exitCode } = await plan(...argv, '--no-color');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^bound {7}not known: /m);
    const found = JSON.parse((await plan(...argv, '--json')).stdout) as FeasiblePlan;
    expect(Object.keys(found)).not.toContain('lowerBoundPerHour');
    expect(Object.keys(found)).not.toContain('optimal');
  });

  test.each(['--planner=simulated', '--explain'])('%s keeps the reserve, too', async (flag) => {
    const { stdout, exitCode } = await plan(path('m3.app.yaml'), '--reserve', '30', flag, '--json');
    const kept = JSON.parse(stdout) as FeasiblePlan;
    expect({ exitCode, sloMs: kept.sloMs, reserveMs: kept.reserveMs }).toEqual({
      ...{ exitCode: 0, sloMs: 1000, reserveMs: 30 },
    });
    expect(kept.verification!.maxMs).toBeLessThanOrEqual(970);
    expect(kept.worstCaseMs).toBeLessThanOrEqual(970);
  });

  test('a plan of measured durations that leaves nothing outside the engine says so, and how to go on', async () => {
    const argv = ['profiles/squeezenet.profile.json', '--rate', '65', '--slo', '20', '--no-color'];
    const { stdout, stderr } = await plan(...argv);
    expect(stdout).toMatch(
      /^reserve {5}none: nothing of the SLO is left for what happens outside the engine$/m,
    );
    expect(stderr).toMatch(/^warning: .* late, or given up \(504\)/);
    expect(stderr).toContain(`harp plan ${argv.join(' ')} --reserve 2`);
    expect((await plan(...argv, '--quiet')).stderr).toBe('');
    expect((await plan(...argv, '--reserve', '2')).stderr).toBe('');
    expect((await plan(...argv, '--reserve', '2')).stdout).toContain('worst case  18.0 ms of 18.0 ms');
  });

  test.each([
    ['a profile without rate and SLO', ['m3.profile.json'], /--rate and --slo/],
    ['an unknown planner', ['m3.app.yaml', '--planner', 'magic'], /planner/],
    [
      'an ablation of another planner',
      ['m3.app.yaml', '--ablation', 'one-point'],
      /--ablation: only harpagon/,
    ],
    ['a rate of zero', ['m3.app.yaml', '--rate', '0'], /--rate: invalid value/],
    ['a negative reserve', ['m3.app.yaml', '--reserve=-1'], /--reserve: invalid value/],
    [
      'a reserve of the whole SLO',
      ['m3.app.yaml', '--reserve', '1000'],
      /--reserve: the reserve leaves nothing of the SLO .*less than the SLO, 1000 ms/,
    ],
    ['a file that is not there', ['none.app.yaml'], /there is no such file/],
  ])('%s is bad usage', async (_, [file, ...flags], message) => {
    const { stdout, stderr, exitCode } = await plan(path(file!), ...flags);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toMatch(message);
  });

  test.each(['single', 'traffic'])('the example application %s has a plan', async (name) => {
    const { stdout, exitCode } = await plan(`profiles/${name}.app.yaml`, '--json');
    expect(exitCode).toBe(0);
    expect(planSchema.parse(JSON.parse(stdout)).feasible).toBe(true);
  });
});

describe('what a plan stands on', () => {
  const app = (memory: string) => `schemaVersion: 1
name: m3
rateRps: 198
sloMs: 1000
modules: { m3: { profile: doubted.profile.json } }
hardware: { gpu-a: { pricePerHour: 1${memory} } }
`;

  beforeAll(() => {
    const figures = (ms: number) => ({ mean: ms, p50: ms, p95: ms, p99: ms });
    const points = [
      { hardware: 'gpu-a', cores: 1, batchSize: 2, durationMs: 100, memoryMiB: 100 },
      {
        ...{ hardware: 'gpu-a', cores: 1, batchSize: 32, durationMs: 800, memoryMiB: 900 },
        ...{ predicted: true, predictedMs: { ...figures(800), p50: 780 }, spreadMs: figures(40) },
      },
    ];
    const profile = { schemaVersion: 1, kind: 'profile', model: { name: 'm3' }, points };
    writeFileSync(path('doubted.profile.json'), JSON.stringify(profile));
    writeFileSync(path('predicted.app.yaml'), app(''));
    writeFileSync(path('small.app.yaml'), app(', memoryMiB: 500'));
    writeFileSync(path('tiny.app.yaml'), app(', memoryMiB: 50'));
    writeFileSync(path('shared.app.yaml'), app(', memoryMiB: 1000, cores: 4, count: 1'));
  });

  const model = ['--guarantee', 'model'];

  test('a point that was predicted is marked, also in the table, and its tail leaves room for the error', async () => {
    const { stdout } = await plan(path('predicted.app.yaml'), ...model, '--json');
    const [module] = (JSON.parse(stdout) as FeasiblePlan).modules;
    expect(module!.allocations).toMatchObject([{ batchSize: 32, predicted: true }]);
    expect(module!.serviceTimes.map(({ tailMs }) => tailMs)).toEqual([100, 840]);
    const table = await plan(path('predicted.app.yaml'), ...model);
    expect(table.stdout).toContain('predicted   m3, batch 32 on 1 core of gpu-a: not measured');
  });

  test('a point that did not settle is marked, and told where a plan stands on it, with how to measure it again', async () => {
    const profile = JSON.parse(readFileSync(path('doubted.profile.json'), 'utf8'));
    profile.points = profile.points.map((point: object) => ({ ...point, predicted: false, stable: false }));
    writeFileSync(path('unsettled.profile.json'), JSON.stringify(profile));
    writeFileSync(
      path('unsettled.app.yaml'),
      app('').replace('doubted.profile.json', 'unsettled.profile.json'),
    );
    const { stdout } = await plan(path('unsettled.app.yaml'), ...model, '--json', '--quiet');
    expect((JSON.parse(stdout) as FeasiblePlan).modules[0]!.allocations).toMatchObject([
      { batchSize: 32, stable: false },
    ]);
    const told = await plan(path('unsettled.app.yaml'), ...model, '--no-color');
    const point = 'm3, batch 32 on 1 core of gpu-a: did not settle when measured; harp profile --resume';
    expect(told.stdout).toContain(`unsettled   ${point}`);
    expect(told.stderr).toContain(`warning: the plan stands on ${point}`);
  });

  test('--statistic takes the predicted figure of that name', async () => {
    const { stdout } = await plan(path('predicted.app.yaml'), ...model, '--statistic', 'p50', '--json');
    expect((JSON.parse(stdout) as FeasiblePlan).modules[0]!.allocations[0]!.durationMs).toBe(780);
  });

  test('a point that needs more memory than the machine has is left out, and said where that costs the plan', async () => {
    const { stdout, exitCode } = await plan(path('small.app.yaml'), ...model, '--slo', '90');
    expect(exitCode).toBe(3);
    expect(stdout).toContain(
      'left out    1 of 2 points of "m3" needs more memory than a machine has (batch 32: 900 MiB',
    );
    const { stdout: json } = await plan(path('small.app.yaml'), ...model, '--json');
    const found = JSON.parse(json) as FeasiblePlan;
    expect(found.modules[0]!.allocations.every(({ batchSize }) => batchSize === 2)).toBe(true);
    expect(found.leftOut).toHaveLength(1);
  });

  test('workers that share a counted machine have to fit into its memory together', async () => {
    const fitting = ['--rate', '40', '--slo', '2000', ...model];
    const { stdout: json, exitCode } = await plan(path('shared.app.yaml'), ...fitting, '--json');
    expect(exitCode).toBe(0);
    expect((JSON.parse(json) as FeasiblePlan).modules[0]!.allocations).toMatchObject([
      { batchSize: 32, machines: 1, memoryMiB: 900 },
    ]);
    const crowded = await plan(path('shared.app.yaml'), ...model, '--rate', '70', '--slo', '2000');
    expect(crowded.exitCode).toBe(3);
    expect(crowded.stdout).toContain(
      'no plan: the plan has 2 workers on gpu-a, which need 1800 MiB of memory together; 1 × gpu-a has 1000 MiB',
    );
  });

  test('where nothing fits there is no plan: exit code 3', async () => {
    const { stderr, exitCode } = await plan(path('tiny.app.yaml'));
    expect({ exitCode, stderr }).toEqual({
      exitCode: 3,
      stderr: expect.stringContaining('batch 2: 100 MiB, gpu-a has 50'),
    });
  });
});
