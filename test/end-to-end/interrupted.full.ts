/** Signals and broken pipes, as shells and CI send them, while harp computes. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { finished, spawnHarp } from './harp.ts';

const EXAMPLES = fileURLToPath(new URL('../files/contract/', import.meta.url));
const BIN = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'harp-interrupted-'));
const pair = ['a: { PROFILE }', 'b: { PROFILE, after: [a] }'].map((module) =>
  module.replace('PROFILE', `profile: ${EXAMPLES}m3.profile.json`),
);
writeFileSync(
  join(folder, 'pair.app.yaml'),
  `schemaVersion: 1
name: pair
rateRps: 10000
sloMs: 2000
modules: { ${pair.join(', ')} }
hardware: { gpu-a: { pricePerHour: 1 } }
`,
);
afterAll(() => rmSync(folder, { recursive: true }));

/** Until it computes, on a busy machine. */
const STARTING_MS = 4000;

const LONG = {
  plan: `plan ${folder}/pair.app.yaml --planner simulated --arrivals gamma:4 --time-limit 600`,
  simulate: 'simulate m3.plan.json --duration 3600000',
  'compare --benchmark': 'compare --benchmark',
};

describe.each(['plan', 'simulate', 'compare --benchmark'] as const)('harp %s', (name) => {
  it.each([
    ['SIGINT', 'interrupted', 130],
    ['SIGTERM', 'terminated', 143],
  ] as const)('says so when %s ends it, with and without --json', async (signal, code, exitCode) => {
    for (const json of [false, true]) {
      const child = spawnHarp([...LONG[name].split(' '), ...(json ? ['--json'] : [])], EXAMPLES);
      const end = finished(child);
      await setTimeout(STARTING_MS);
      child.kill(signal);
      const { stdout, stderr, ...rest } = await end;
      expect(rest).toEqual({ exitCode });
      if (json) expect(JSON.parse(stdout).error).toMatchObject({ code, exitCode });
      else
        expect({ stdout, stderr }).toEqual({
          stdout: '',
          stderr: expect.stringMatching(`^Error: ${code}\n`),
        });
    }
  });
});

it('ends with 0 where whoever reads leaves after the first line', async () => {
  const command = `"${process.execPath}" "${BIN}" simulate m3.plan.json --duration 2 --out "${folder}/x.json" 2>&1 | head -1; echo "\${PIPESTATUS[0]}"`;
  for (let run = 0; run < 8; run++) {
    const { stdout } = await promisify(execFile)('bash', ['-c', command], { cwd: EXAMPLES });
    expect(stdout.trim().split('\n').at(-1)).toBe('0');
  }
});
