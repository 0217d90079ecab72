/** Reads a JSON or YAML document from a file, or from stdin where the path is "-". */
import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { HarpError } from '../domain/errors.ts';
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
    throw new HarpError('bad-input', code === 'ENOENT' ? 'there is no such file' : 'cannot read this file', {
      where,
      got: code === 'ENOENT' ? undefined : (code ?? message),
    });
  }
}
