/**
 * What all test files of a run share: the modules that harp runs as processes, bundled before the tests (and anew when sources change under
 * `vitest --watch`), and models that are made by whoever first needs them.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { TestProject } from 'vitest/node';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the bundles, laid out as src/ is. */
    workers: string;
    /** The folder of models. */
    models: string;
  }
}

export default async function share(project: TestProject): Promise<() => void> {
  // Inside the repository, where what the bundles import is found.
  const folder = mkdtempSync(join(ROOT, 'node_modules', '.harp-test-'));
  const workers = join(folder, 'workers');
  const models = join(folder, 'models');
  mkdirSync(models);
  const bundle = async (): Promise<void> => {
    await build({
      absWorkingDir: ROOT,
      entryPoints: ['src/**/*-worker.ts'],
      outbase: 'src',
      outdir: workers,
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      logLevel: 'warning',
    });
  };
  await bundle();
  project.onTestsRerun(bundle);
  project.provide('workers', workers);
  project.provide('models', models);
  return () => rmSync(folder, { recursive: true, force: true });
}
