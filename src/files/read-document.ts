/** Reads a JSON or YAML document from a file, or from stdin where the path is "-". */
import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { HarpError } from '../domain/errors.ts';
import { missingFileHint } from './missing-file.ts';
import { readStdin } from './read-stdin.ts';

/** @throws HarpError `bad-input` where it cannot be read or is neither JSON nor YAML */
export function readDocument(path: string): unknown {
  const text = readText(path);
  const source = path === '-' ? 'stdin' : path;
  if (text.includes('\u0000'))
    throw notADocument(source, path.endsWith('.onnx') ? 'an ONNX model' : 'binary data');
  try {
    return /^\s*[{[]/.test(text) ? JSON.parse(text) : parseYaml(text);
  } catch (error) {
    throw notADocument(source, (error as Error).message.split('\n')[0]!);
  }
}

const notADocument = (source: string, got: string): HarpError =>
  new HarpError('bad-input', 'not a JSON or YAML document', {
    where: source,
    got,
    hint:
      got === 'an ONNX model'
        ? `harp profile ${source} measures it; plan with the profile.`
        : 'The file may have been cut short, or is of another kind.',
  });

/** How to come to a file, by the ending of its name. */
const MAKERS: readonly (readonly [string, string])[] = [
  ['.profile.json', 'harp profile MODEL.onnx measures a profile.'],
  ['.plan.json', 'harp plan APP --out FILE.plan.json makes a plan.'],
  ['.app.yaml', 'An application is written by hand: name, rateRps, sloMs, modules.'],
];

/** @throws HarpError `bad-input` where it cannot be read */
export const readText = (path: string): string =>
  path === '-' ? orBadInput('stdin', readStdin) : readBytes(path).toString('utf8');

/** @throws HarpError `bad-input` where it cannot be read */
export const readBytes = (path: string): Buffer => orBadInput(path, () => readFileSync(path));

function orBadInput<Content>(where: string, read: () => Content): Content {
  try {
    return read();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      const hint = missingFileHint(where, MAKERS.find(([ending]) => where.endsWith(ending))?.[1]);
      throw new HarpError('bad-input', 'there is no such file', { where, hint });
    }
    throw new HarpError('bad-input', 'cannot read this file', { where, got: code ?? message });
  }
}
