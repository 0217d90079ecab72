/** Which ONNX files are meant: files as they are named, folders by what is right in them. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { HarpError } from '../domain/errors.ts';
import { shellWord } from '../domain/shell-word.ts';
import { systemWords } from '../domain/system-error.ts';
import { liftedFrom } from '../engine/lift-model.ts';

/**
 * @param paths of files and folders
 * @returns of folders all *.onnx in the order of their names, but for those that harp lifted itself
 * @throws HarpError `bad-input` for a folder without any
 */
export const findModels = (paths: readonly string[]): string[] => paths.flatMap(modelsAt);

function modelsAt(path: string): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const models = namesIn(path)
    .filter((name) => /\.onnx$/i.test(name) && !name.startsWith('.'))
    .sort()
    .map((name) => join(path, name))
    .filter((file) => !(isLiftedName(file) && liftedFrom(file) !== undefined));
  if (models.length > 0) return models;
  throw new HarpError('bad-input', 'there are no models in this folder', {
    where: path,
    expected: 'files that end in .onnx',
    hint: whereElse(path),
  });
}

function whereElse(folder: string): string {
  const below = namesIn(folder)
    .filter((name) => !name.startsWith('.'))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory());
  return below.length > 0
    ? `Folders in it are not searched: name them, as harp profile ${below.slice(0, 3).map(shellWord).join(' ')}.`
    : 'harp model create --list names models that harp can write, to try with.';
}

const isLiftedName = (file: string): boolean => /\.lifted\.onnx$/i.test(file);

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new HarpError('bad-input', 'cannot read this folder', {
      where: folder,
      got: systemWords(error),
    });
  }
}
