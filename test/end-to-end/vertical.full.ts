/** Cores follow the deadlines in a real daemon: against one core and two, with the same dispatch and the same requests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usableCores } from '../../src/machine/inventory.ts';
import { tally, tell } from './open-loop.ts';
import { type Experiment, prepare, type ServedRun, serveWith, simulateWith } from './vertical-run.ts';

const SECONDS = 25;

let folder: string;
let experiment: Experiment;
const runs: Record<string, ServedRun> = {};

describe.runIf(usableCores().length >= 2)('harp serve --scaling vertical', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'harp-vertical-'));
    experiment = await prepare(folder, 'resnet18', SECONDS);
    for (const policy of ['static:1', 'static:2', 'sponge']) {
      runs[policy] = await serveWith(experiment, policy);
      const told = ({ attainment, coreSeconds }: { attainment: number; coreSeconds: number }): string =>
        `${(100 * attainment).toFixed(1)} % in time, ${coreSeconds.toFixed(1)} core-seconds`;
      tell(
        `${policy}, batches ${runs[policy].drift.toFixed(2)} times as long as planned: measured ${told(runs[policy])}; simulated ${told(simulateWith(experiment, policy))}; ${tally(runs[policy].answers)}`,
      );
    }
  }, 240_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('answers or refuses every request, whatever happens to cores meanwhile', () => {
    for (const { answers } of Object.values(runs)) {
      expect(answers.length).toBeGreaterThan(SECONDS);
      for (const { status } of answers) expect([200, 429, 504]).toContain(status);
    }
  });

  it('moves cores and says why; fixed ones stay', () => {
    expect(runs['static:1']!.resizes).toBe(0);
    expect(runs['static:2']!.resizes).toBe(0);
    expect(runs.sponge!.resizes).toBeGreaterThan(0);
    expect(runs.sponge!.log).toMatch(/cores of resnet18 \d → \d: /);
    expect(runs.sponge!.log).toMatch(/has \d cores?, [\d.]+ ms after the decision/);
  });

  it('holds fewer cores than two', () => {
    expect(runs['static:1']!.coreSeconds).toBeGreaterThan(0.9 * SECONDS);
    expect(runs.sponge!.coreSeconds).toBeLessThan(runs['static:2']!.coreSeconds);
  });

  it('is in time no less often than one core, and as often as simulated', ({ skip }) => {
    const drifts = Object.values(runs).map(({ drift }) => drift);
    // Who shares the cores with others measures them.
    if (Math.max(...drifts) > 1.1 || Math.min(...drifts) < 0.7) skip('batches do not take what was profiled');
    expect(runs.sponge!.attainment).toBeGreaterThan(runs['static:1']!.attainment - 0.03);
    expect(runs.sponge!.attainment).toBeGreaterThan(simulateWith(experiment, 'sponge').attainment - 0.05);
  });
});
