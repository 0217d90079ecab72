/** How to run one of harp's modules as a process or thread of its own: built as JavaScript, or straight from its sources in development. */
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/**
 * Arguments for `process.execPath`.
 * @param caller the caller's `import.meta.url`
 * @param module path of the module relative to the caller, without extension
 */
export function nodeEntry(caller: string, module: string): string[] {
  if (!caller.endsWith('.ts')) return [fileURLToPath(new URL(`${module}.js`, caller))];
  return ['--import', import.meta.resolve('tsx'), fileURLToPath(new URL(`${module}.ts`, caller))];
}

/** Starts a thread of this process; for the rest as `nodeEntry`. */
export function nodeThread(caller: string, module: string, workerData: unknown): Worker {
  if (!caller.endsWith('.ts')) return new Worker(new URL(`${module}.js`, caller), { workerData });
  // Node 20 imports nothing before the module of a thread.
  const [tsx, source] = [import.meta.resolve('tsx/esm/api'), new URL(`${module}.ts`, caller).href];
  const script = `import(${JSON.stringify(tsx)}).then((tsx) => { tsx.register(); return import(${JSON.stringify(source)}); })`;
  return new Worker(script, { eval: true, workerData });
}
