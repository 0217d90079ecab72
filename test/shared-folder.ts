/**
 * What all test files of a run share: the modules that harp runs as processes, bundled before the tests (and anew when sources change under
 * `vitest --watch`), and models that are made by whoever first needs them.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { TestProject } from 'vitest/node';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
// Inside the repository, where what the bundles import is found.
const PLACE = join(ROOT, 'node_modules');
const PREFIX = '.harp-test-';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the bundles, laid out as src/ is. */
    workers: string;
    /** The folder of models. */
    models: string;
  }
}

export default async function share(project: TestProject): Promise<() => void> {
  removeLeftOvers();
  const folder = join(PLACE, `${PREFIX}${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  const workers = join(folder, 'workers');
  const models = join(folder, 'models');
  mkdirSync(models, { recursive: true });
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

/** Of runs that were killed: they are hundreds of megabytes. */
function removeLeftOvers(): void {
  for (const name of readdirSync(PLACE)) {
    if (!name.startsWith(PREFIX)) continue;
    try {
      process.kill(Number(name.slice(PREFIX.length)), 0);
    } catch {
      rmSync(join(PLACE, name), { recursive: true, force: true });
    }
  }
}
