/** harp serve, as far as it goes without starting anything. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import Serve from '../../src/commands/serve.ts';
import { planOf } from '../plan-of.ts';
import { runCommand } from './run-command.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-serve-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A plan whose model has not come along. */
function planFile(hardware: string): string {
  const plan = planOf('app', [{ name: 'm', file: 'm.onnx' }]);
  const [module] = plan.modules;
  const allocations = module!.allocations.map((allocation) => ({ ...allocation, hardware }));
  const file = join(folder, `${hardware}.plan.json`);
  writeFileSync(file, JSON.stringify({ ...plan, modules: [{ ...module, allocations }] }));
  return file;
}

describe('a plan whose model files are missing', () => {
  it('for hardware that is not here: 5, for that is what it lacks first', async () => {
    const { exitCode, stderr } = await runCommand(Serve, [planFile('gpu-a')]);
    expect(stderr).toMatch(/module m: the hardware "gpu-a" is not here \(expected gpu-a, got /);
    expect(stderr).toMatch(/--emulate/);
    expect(exitCode).toBe(5);
  });

  it('for this machine, or with --force: 2, naming the file', async () => {
    for (const argv of [[planFile('local')], [planFile('gpu-a'), '--force']]) {
      const { exitCode, stderr } = await runCommand(Serve, argv);
      expect(stderr).toMatch(/modules\.m\.model\.file: the model is not there/);
      expect(exitCode).toBe(2);
    }
  });
});
