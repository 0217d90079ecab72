/** Reads a JSON or YAML document from a file, or from stdin where the path is "-". */
import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { HarpError } from '../domain/errors.ts';

/** @throws HarpError `bad-input` where it cannot be read or is neither JSON nor YAML */
export function readDocument(path: string): unknown {
  const text = readText(path);
  const source = path === '-' ? 'stdin' : path;
  try {
    return /^\s*[{[]/.test(text) ? JSON.parse(text) : parseYaml(text);
  } catch (error) {
    throw new HarpError('bad-input', 'not a JSON or YAML document', {
      where: source,
      got: (error as Error).message.split('\n')[0],
      hint: 'The file may have been cut short, or is of another kind.',
    });
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    throw new HarpError('bad-input', 'cannot read this file', {
      where: path === '-' ? 'stdin' : path,
      got: (error as NodeJS.ErrnoException).code ?? (error as Error).message,
    });
  }
}
