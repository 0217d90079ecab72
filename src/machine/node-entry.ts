/** How to run one of harp's modules as a process of its own: built as JavaScript, or straight from its sources in development. */
import { fileURLToPath } from 'node:url';

/**
 * Arguments for `process.execPath`.
 * @param caller the caller's `import.meta.url`
 * @param module path of the module relative to the caller, without extension
 */
export function nodeEntry(caller: string, module: string): string[] {
  if (!caller.endsWith('.ts')) return [fileURLToPath(new URL(`${module}.js`, caller))];
  return ['--import', import.meta.resolve('tsx'), fileURLToPath(new URL(`${module}.ts`, caller))];
}
