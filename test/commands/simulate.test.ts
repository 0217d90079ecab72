import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import Simulate from '../../src/commands/simulate.ts';
import { simulationComparisonSchema, simulationSchema } from '../../src/domain/simulation.ts';
import { planOf } from '../plan-of.ts';
import { runCommand } from './run-command.ts';

let folder: string;
const path = (name: string): string => join(folder, name);

/** One machine whose batches of four take 20 ms, for 100 requests/s within 100 ms. */
const PLAN = planOf('app', [{ name: 'm', durationMs: 20, singleMs: 10, budgetMs: 100 }]);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-simulate-'));
  writeFileSync(path('app.plan.json'), JSON.stringify(PLAN));
  writeFileSync(
    path('m.profile.json'),
    JSON.stringify({
      schemaVersion: 1,
      kind: 'profile',
      model: { name: 'm' },
      points: [
        { hardware: 'local', cores: 1, batchSize: 1, durationMs: 10 },
        { hardware: 'local', cores: 1, batchSize: 4, durationMs: 20 },
      ],
    }),
  );
  writeFileSync(path('faults.txt'), '# the only machine\ndown:m/0@1s\n\nup:m/0@1.5s\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

const simulate = (...argv: string[]) => runCommand(Simulate, argv);
const simulatePlan = (...argv: string[]) => simulate(path('app.plan.json'), ...argv);

describe('harp simulate', () => {
  test('shows what became of the requests, their latencies, the machines, and what was promised', async () => {
    const { stdout, stderr, exitCode } = await simulatePlan('--arrivals', 'uniform', '--requests', '1000');
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toMatchInlineSnapshot(`
      "app: 100 requests/s within 100 ms, for 10.0 s
      uniform · durations exact · seed 1

      requests  1000
      in time   1000  100.0 %

      latency     mean      p50      p95      p99      max
               35.0 ms  30.0 ms  50.0 ms  50.0 ms  50.0 ms

        up to  answers
      20.0 ms      250  ████████████████████████████████████
      25.0 ms        0
      30.0 ms      250  ████████████████████████████████████
      35.0 ms        0
      40.0 ms      250  ████████████████████████████████████
      45.0 ms        0
      50.0 ms      250  ████████████████████████████████████
      SLO 100 ms, beyond all of them

      in time, over time
       100.0 % ┤███████████████████████████████████████████████████
               │███████████████████████████████████████████████████
               │███████████████████████████████████████████████████
        99.0 % ┤███████████████████████████████████████████████████
               └───────────────────────────────────────────────────
                0                                            10.0 s

      module  machines  hardware    busy  batch  seen
      m              1  local     50.0 %      4  4.00

      goodput     99.9/s in time; the plan is for 100/s at $1.00 an hour
      worst case  100 ms planned, 50.0 ms seen
      rules       planned dispatch, planned deadlines
      "
    `);
  });

  test('--json is one document with the shape that scripts rely on, the same bytes for the same seed', async () => {
    const argv = ['--json', '--duration', '5', '--network-delay', 'uniform:1..9', '--fan-out', 'random'];
    const { stdout, exitCode } = await simulatePlan(...argv, '--seed', '7');
    expect(exitCode).toBe(0);
    const result = simulationSchema.parse(JSON.parse(stdout));
    expect(Object.keys(result)).toMatchInlineSnapshot(`
      [
        "schemaVersion",
        "kind",
        "application",
        "planned",
        "rateRps",
        "sloMs",
        "arrivals",
        "serviceTimes",
        "fanOut",
        "networkDelay",
        "seed",
        "rules",
        "durationMs",
        "requests",
        "served",
        "late",
        "expired",
        "shed",
        "failed",
        "attainment",
        "goodputRps",
        "latencyMs",
        "histogram",
        "shedBecause",
        "modules",
        "machines",
        "coreSeconds",
        "timeline",
      ]
    `);
    expect(Object.keys(result.timeline[0]!)).toMatchInlineSnapshot(`
      [
        "timeMs",
        "sent",
        "requests",
        "served",
        "late",
        "expired",
        "shed",
        "failed",
        "attainment",
        "queue",
        "violations",
        "feasible",
        "cores",
        "batchSize",
      ]
    `);
    expect((await simulatePlan(...argv, '--seed', '7')).stdout).toBe(stdout);
    expect((await simulatePlan(...argv, '--seed', '8')).stdout).not.toBe(stdout);
  });

  test('several rules stand on one table, and in one document, under the same requests', async () => {
    const argv = ['--dispatch', 'planned,eager', '--duration', '20', '--find-rate', '0.95'];
    const { stdout } = await simulatePlan(...argv);
    expect(stdout).toMatch(/rule +in time +goodput +p50 +p99 +max +busy +batch/);
    expect(stdout).toMatch(/at 95 %\nplanned .*\neager /);
    const document = simulationComparisonSchema.parse(
      JSON.parse((await simulatePlan(...argv, '--json')).stdout),
    );
    const [planned, eager] = document.runs;
    expect(document.runs.map(({ rules }) => rules.dispatch)).toEqual(['planned', 'eager']);
    expect(eager!.requests).toBe(planned!.requests);
    expect(eager!.modules[0]!.meanBatch).toBeLessThan(planned!.modules[0]!.meanBatch);
    expect(planned!.carried).toMatchObject({
      attainment: 0.95,
      rateRps: expect.toSatisfy((rps) => rps > 100),
    });
    const alone = simulationSchema.parse(JSON.parse((await simulatePlan(...argv.slice(2), '--json')).stdout));
    expect(alone).toEqual(planned);
  });

  test('--attainment that is not kept: exit code 3, said in words and in the document', async () => {
    const argv = ['--rate', '400', '--duration', '5', '--attainment', '0.99'];
    const told = await simulatePlan(...argv);
    expect(told.exitCode).toBe(3);
    expect(told.stdout).toMatch(/too few in time: planned \d+\.\d %; --attainment is 99 %/);
    const { stdout, exitCode } = await simulatePlan(...argv, '--json');
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout).gate).toEqual({ attainment: 0.99, passed: false });
  });

  test('--attainment that is kept: exit code 0', async () => {
    const { stdout, exitCode } = await simulatePlan('--arrivals', 'uniform', '--attainment', '1', '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).gate).toEqual({ attainment: 1, passed: true });
  });

  test('faults come from words or from a file: nothing is answered while the only machine is away', async () => {
    const argv = ['--arrivals', 'uniform', '--duration', '3', '--json', '--faults'];
    const { stdout } = await simulatePlan(...argv, 'down:m/0@1s,up:m/0@1.5s');
    const { faults, expired, timeline } = simulationSchema.parse(JSON.parse(stdout));
    expect(faults).toEqual(['down:m/0@1s', 'up:m/0@1.5s']);
    expect(expired).toBeGreaterThan(35);
    const away = timeline.filter(({ timeMs }) => timeMs >= 1000 && timeMs < 1500);
    expect(away.map(({ served }) => served)).toEqual(away.map(() => 0));
    expect(away.map(({ feasible }) => feasible)).toEqual(away.map(() => false));
    const others = timeline.filter(({ timeMs }) => timeMs < 1000 || timeMs > 1500);
    expect(others.map(({ feasible }) => feasible)).toEqual(others.map(() => true));
    expect((await simulatePlan(...argv, path('faults.txt'))).stdout).toBe(stdout);
  });

  test('the network takes from the SLO, and belongs to the latency', async () => {
    const { stdout } = await simulatePlan('--arrivals', 'uniform', '--network-delay', '30', '--json');
    const { latencyMs, attainment } = simulationSchema.parse(JSON.parse(stdout));
    expect(latencyMs!.max).toBeCloseTo(30 + 30 + 20, 6);
    expect(attainment).toBe(1);
  });

  test('rules that are asked for take the place of the plan’s', async () => {
    const { stdout } = await simulatePlan('--deadlines', 'slo', '--paced', '--requests', '50', '--json');
    expect(JSON.parse(stdout).rules).toEqual({ dispatch: 'planned', deadlines: 'slo', paced: true });
  });

  test('a profile is planned first; what cannot be planned cannot be simulated', async () => {
    const argv = [path('m.profile.json'), '--rate', '100', '--json', '--slo'];
    const { stdout, exitCode } = await simulate(...argv, '100');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ application: 'm', planned: { rateRps: 100, sloMs: 100 } });
    const impossible = await simulate(...argv, '5');
    expect(impossible.exitCode).toBe(3);
    expect(JSON.parse(impossible.stdout).error.code).toBe('infeasible');
  });

  test('a reserve is planned with, and left whatever the rule: the engine is done before it', async () => {
    const argv = [path('m.profile.json'), '--rate', '100', '--slo', '100', '--reserve', '30', '--json'];
    const { stdout } = await simulate(...argv, '--deadlines', 'slo', '--arrivals', 'uniform');
    const { planned, latencyMs, attainment } = simulationSchema.parse(JSON.parse(stdout));
    expect({ slo: planned.sloMs, attainment }).toEqual({ slo: 100, attainment: 1 });
    expect(latencyMs!.max).toBeGreaterThan(30);
    expect(latencyMs!.max).toBeLessThanOrEqual(70);
    const ofPlan = await simulatePlan('--reserve', '30');
    expect(ofPlan).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('plan APP --reserve MS') });
  });

  test('an application is planned as harp plan does: what misses is repaired before it is simulated', async () => {
    const app = fileURLToPath(new URL('../../profiles/single.app.yaml', import.meta.url));
    const { stdout } = await simulate(
      app,
      '--slo',
      '80',
      '--arrivals',
      'uniform',
      '--requests',
      '2000',
      '--json',
    );
    expect(JSON.parse(stdout)).toMatchObject({ rules: { deadlines: 'budget' }, attainment: 1 });
  });

  test('--out saves the document', async () => {
    const { stderr } = await simulatePlan('--requests', '10', '--out', path('out.json'));
    expect(stderr).toBe(`saved to ${path('out.json')}\n`);
    const saved = simulationSchema.parse(JSON.parse(readFileSync(path('out.json'), 'utf8')));
    expect(saved.requests).toBe(10);
  });

  test.each([
    { argv: ['--dispatch', 'planned,fifo'], said: 'no such dispatch rule (expected planned, ' },
    { argv: ['--attainment', '99'], said: '--attainment: invalid value' },
    { argv: ['--service-times', 'measured'], said: 'module m on local: no measured spread' },
    { argv: ['--service-times', 'often'], said: '--service-times: invalid value' },
    { argv: ['--network-delay', 'far'], said: '--network-delay: invalid value' },
    { argv: ['--faults', 'down:m/7@1s'], said: 'no such worker (expected m/0 to m/0' },
    { argv: ['--faults', 'nowhere.txt'], said: 'nowhere.txt: there is no such file' },
    { argv: ['--arrivals', 'steps:50@5', '--find-rate', '0.9'], said: 'a rate of their own' },
    { argv: ['--duration', '5', '--requests', '5'], said: '--duration' },
  ])('$argv: exit code 2, $said', async ({ argv, said }) => {
    const { stderr, exitCode } = await simulatePlan(...argv);
    expect(stderr).toContain(said);
    expect(exitCode).toBe(2);
  });
});
