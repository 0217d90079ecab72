/** What to do about a file that is not there: a name like it in its folder, a pattern that the shell left as it is, or how to make one. */
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { closestName } from '../domain/closest-name.ts';

/**
 * @param path as the user gave it
 * @param toMake what helps where there is nothing like it
 */
export function missingFileHint(path: string, toMake: string | undefined): string | undefined {
  if (/[*?[]/.test(path)) {
    return 'No file matches this pattern: shells expand one that is not in quotes and matches something. A folder stands for the models in it.';
  }
  const folder = dirname(path);
  const names = namesIn(folder);
  if (names === undefined) return `There is no folder ${folder}.`;
  const closest = closestFile(basename(path), names);
  return closest === undefined ? toMake : `Did you mean ${join(folder, closest)}?`;
}

/** The same name with another ending or none goes before one that is spelt like it. */
function closestFile(name: string, names: readonly string[]): string | undefined {
  const stem = stemOf(name);
  return names.find((other) => other.endsWith('.onnx') && stemOf(other) === stem) ?? closestName(name, names);
}

const stemOf = (name: string): string => name.replace(/\.[^.]*$/, '').toLowerCase();

/** undefined where there is no such folder, or it cannot be read */
function namesIn(folder: string): string[] | undefined {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith('.'));
  } catch {
    return undefined;
  }
}
