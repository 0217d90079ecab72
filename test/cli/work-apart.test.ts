/** The thread that computes for a command: the same results and errors as here, and an end as soon as it is asked for. */
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { perform, type RequestOf } from '../../src/cli/tasks.ts';
import { workApart } from '../../src/cli/work-apart.ts';
import { HarpError } from '../../src/domain/errors.ts';

const PLAN = fileURLToPath(new URL('../files/contract/m3.plan.json', import.meta.url));
const PROFILES = fileURLToPath(new URL('../../profiles/', import.meta.url));
const SILENT = { update: () => {}, step: () => {}, warn: () => {}, stop: () => {} };
const attention = () => ({ signal: new AbortController().signal, progress: SILENT });

const simulation = (durationS: number, plan = PLAN): RequestOf<'simulate'> => ({
  ...{ plan, durationS, arrivals: 'poisson', serviceTimes: 'exact', fanOut: 'even', seed: 1 },
  ...{ rateRps: undefined, sloMs: undefined, reserveMs: undefined, requests: undefined, out: undefined },
  ...{ dispatch: undefined, deadlines: undefined, paced: undefined, faults: undefined },
  ...{ networkDelay: undefined, findRateAt: undefined, attainment: undefined },
});

const scaling: RequestOf<'scaling'> = {
  ...{ file: `${PROFILES}yolov5s-sponge.profile.json`, scaling: ['all'] },
  ...{ networkTrace: `${PROFILES}synthetic-4g.network.log`, seed: 1, durationS: 1e5 },
  ...{ requestBytes: undefined, arrivals: undefined, serviceTimes: undefined },
  ...{ rateRps: undefined, sloMs: undefined, out: undefined },
};

describe('work in a thread', () => {
  test('gives what it gives here', async () => {
    const request = simulation(5);
    expect(await workApart('simulate', request, attention())).toEqual(
      await perform('simulate', request, SILENT),
    );
  });

  test('is refused with the same error', async () => {
    const request = simulation(5, 'no-such.plan.json');
    const here = await perform('simulate', request, SILENT).catch((error: unknown) => error);
    const apart = await workApart('simulate', request, attention()).catch((error: unknown) => error);
    expect(here).toBeInstanceOf(HarpError);
    expect(apart).toEqual(here);
  });

  test('fails with the bug that it met, and where', async () => {
    const bug = await workApart('simulate', undefined as never, attention()).catch((error: unknown) => error);
    expect(bug).toBeInstanceOf(TypeError);
    expect((bug as Error).stack).toContain('runSimulate');
  });

  test('ends as soon as it is interrupted, and says how far it had come', async () => {
    const controller = new AbortController();
    const reason = new HarpError('interrupted', 'interrupted');
    const progress = { ...SILENT, update: () => controller.abort(reason) };
    const run = workApart('scaling', scaling, { signal: controller.signal, progress });
    await expect(run).rejects.toMatchObject({
      code: 'interrupted',
      exitCode: 130,
      details: { hint: expect.stringMatching(/^Nothing is kept of what was computed; it had come to burst/) },
    });
  });

  test('is not begun after an interruption', async () => {
    const signal = AbortSignal.abort(new HarpError('terminated', 'terminated'));
    await expect(workApart('simulate', simulation(1e9), { signal, progress: SILENT })).rejects.toMatchObject({
      code: 'terminated',
    });
  });
});
