import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import Simulate from '../../src/commands/simulate.ts';
import { scalingExperimentSchema } from '../../src/domain/scaling-experiment.ts';
import { relativeTo } from '../../src/files/save-plan.ts';
import { planOf } from '../plan-of.ts';
import { runCommand } from './run-command.ts';

const PROFILE = new URL('../../profiles/yolov5s-sponge.profile.json', import.meta.url).pathname;

const scale = (...argv: string[]) => runCommand(Simulate, [PROFILE, '--scaling', ...argv]);

describe('harp simulate --scaling', () => {
  test('sponge holds fewer cores than the published one on every condition, and misses less over all', async () => {
    const { stdout, exitCode } = await scale('sponge,sponge-published', '--duration', '75', '--json');
    expect(exitCode).toBe(0);
    const { conditions } = scalingExperimentSchema.parse(JSON.parse(stdout));
    expect(conditions.map(({ arrivals, serviceTimes }) => `${arrivals} ${serviceTimes}`)).toEqual([
      'burst exact',
      'burst jitter:0.06',
      'poisson exact',
      'poisson jitter:0.06',
    ]);
    for (const { best, outcomes } of conditions) {
      const [ours, published] = outcomes;
      expect(ours!.meanCores).toBeLessThan(0.8 * published!.meanCores);
      if (best) expect(ours!.meanCores).toBeGreaterThan(best.meanCores);
    }
    const missed = (which: number) =>
      conditions.reduce((sum, { outcomes }) => sum + outcomes[which]!.violationShare, 0);
    expect(missed(0)).toBeLessThan(missed(1) / 2);
  });

  test('the document has an entry for every tick, and its counts add up', async () => {
    const { stdout } = await scale('sponge', '--duration', '30', '--arrivals', 'poisson', '--json');
    const { conditions, runs } = scalingExperimentSchema.parse(JSON.parse(stdout));
    const [outcome] = conditions[0]!.outcomes;
    const { requests, served, late, expired, shed, timeline } = outcome!;
    expect(requests).toBe(served + late + expired + shed);
    expect(requests).toBeGreaterThan(runs * 400);
    expect(timeline!.length).toBeGreaterThanOrEqual(30);
    expect(timeline!.map(({ timeMs }) => timeMs - timeline![0]!.timeMs)).toEqual(
      timeline!.map((_, i) => i * 1000),
    );
  });

  test('warns where the fit, of which every duration comes, does not fit', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'harp-misfit-'));
    const file = join(folder, 'misfit.profile.json');
    const profile = JSON.parse(readFileSync(PROFILE, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...profile, fit: { ...profile.fit, mapePercent: 475 } }));
    const argv = ['--scaling', 'sponge', '--duration', '5', '--arrivals', 'poisson', '--json'];
    const { stdout, stderr } = await runCommand(Simulate, [file, ...argv]);
    rmSync(folder, { recursive: true });
    const told =
      /the fit does not describe this model: it is off by 475.0 % on average, and the durations of/;
    expect(stderr).toMatch(told);
    expect(scalingExperimentSchema.parse(JSON.parse(stdout)).warnings).toEqual([expect.stringMatching(told)]);
  });

  test('without a terminal a line tells of each condition that is done', async () => {
    const { stderr } = await scale('static:8', '--duration', '5', '--json');
    expect(stderr.trim().split('\n')).toEqual([
      'burst arrivals, durations exact: simulated (condition 1 of 4)',
      'burst arrivals, durations jitter:0.06: simulated (condition 2 of 4)',
      'poisson arrivals, durations exact: simulated (condition 3 of 4)',
      'poisson arrivals, durations jitter:0.06: simulated (condition 4 of 4)',
    ]);
  });

  test('the same seed gives the same bytes, another one others', async () => {
    const argv = ['sponge,static:8', '--duration', '5', '--json', '--seed'];
    const { stdout } = await scale(...argv, '7');
    expect((await scale(...argv, '7')).stdout).toBe(stdout);
    expect((await scale(...argv, '8')).stdout).not.toBe(stdout);
  });

  test('shows every policy under every condition, the best possible, and cores over time', async () => {
    const { stdout, stderr } = await scale('all', '--duration', '5', '--arrivals', 'poisson', '--quiet');
    expect(stderr).toBe('');
    for (const name of [
      'sponge',
      'sponge-published',
      'fa2',
      'aimd',
      'static:16/plain',
      'replicas:4',
      'one worker, future known',
    ])
      expect(stdout).toContain(`\n${name} `);
    expect(stdout).toContain('cores of sponge over time');
  });

  test.each([
    [['spunge'], '--scaling: no such scaling policy (expected all, sponge, '],
    [['static:17'], 'with N from 1 to 16'],
    [['sponge', '--service-times', 'measured'], 'durations come from the profile’s fit'],
    [['sponge', '--network-trace', 'nowhere.log'], 'nowhere.log: there is no such file'],
    [['sponge', '--network-trace', PROFILE], 'not a row of a network trace'],
    [['sponge', '--find-rate', '0.9'], 'cannot also be provided'],
  ])('%o: exit code 2, "%s"', async (argv, said) => {
    const { stderr, exitCode } = await scale(...argv);
    expect(stderr).toContain(said);
    expect(exitCode).toBe(2);
  });

  test('a profile without a fit cannot be scaled', async () => {
    const profile = new URL('../../profiles/synthetic-detector.profile.json', import.meta.url).pathname;
    const { stderr, exitCode } = await runCommand(Simulate, [profile, '--scaling', 'sponge']);
    expect(stderr).toContain('says nothing about other numbers of cores');
    expect(exitCode).toBe(2);
  });

  test('a network without --scaling is refused', async () => {
    const { stderr, exitCode } = await runCommand(Simulate, [PROFILE, '--request-bytes', '5']);
    expect(stderr).toContain('--scaling');
    expect(exitCode).toBe(2);
  });

  describe('of an application', () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'harp-scaling-'));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    const applicationOf = (modules: object): string => {
      const file = join(folder, 'yolo.app.yaml');
      const application = { schemaVersion: 1, name: 'yolo', rateRps: 12, sloMs: 800, scaling: 'vertical' };
      writeFileSync(file, JSON.stringify({ ...application, modules }));
      return file;
    };
    const played = async (file: string, ...argv: string[]) => {
      const run = await runCommand(Simulate, [
        file,
        '--scaling',
        'sponge',
        '--duration',
        '3',
        '--json',
        ...argv,
      ]);
      return { ...run, document: JSON.parse(run.stdout) };
    };

    test('of one module it has the rate, the SLO and the cores from it, unless flags say others', async () => {
      const file = applicationOf({ only: { profile: PROFILE, cores: [1, 8] } });
      const { document } = await played(file);
      expect(document).toMatchObject({ kind: 'scaling-experiment', rateRps: 12, sloMs: 800, mostCores: 8 });
      expect((await played(file, '--rate', '5')).document).toMatchObject({ rateRps: 5, sloMs: 800 });
    });

    test('and so has a plan, which knows its profile', async () => {
      const plan = join(folder, 'yolo.plan.json');
      const model = { name: 'yolo', profile: PROFILE };
      const planned = planOf('yolo', [{ name: 'only' }], 9);
      writeFileSync(
        plan,
        JSON.stringify({ ...planned, modules: planned.modules.map((m) => ({ ...m, model })) }),
      );
      const inFolder = relativeTo(folder, JSON.parse(readFileSync(plan, 'utf8')));
      writeFileSync(plan, JSON.stringify(inFolder));
      expect((await played(plan)).document).toMatchObject({ rateRps: 9, sloMs: 500, mostCores: 16 });
    });

    test('of several modules it says what is not done, and what is', async () => {
      const modules = { a: { profile: PROFILE }, b: { profile: PROFILE, after: ['a'] } };
      const { exitCode, document } = await played(applicationOf(modules));
      expect(exitCode).toBe(2);
      expect(document.error).toMatchObject({
        message: expect.stringMatching(/scaling is played for one module .*got 2 modules: a, b/),
        hint: expect.stringMatching(/Play each by its profile/),
      });
    });
  });
});
