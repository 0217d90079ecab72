/** Reads a JSON or YAML document from a file, or from stdin where the path is "-". */
import { readFileSync } from 'node:fs';
import { type ErrorCode, parse as parseYaml, YAMLParseError } from 'yaml';
import { HarpError } from '../domain/errors.ts';
import { systemWords } from '../domain/system-error.ts';
import { missingFileHint } from './missing-file.ts';
import { readStdin } from './read-stdin.ts';

/**
 * @returns null where there is nothing in it
 * @throws HarpError `bad-input` where it cannot be read or is neither JSON nor YAML
 */
export function readDocument(path: string): unknown {
  const text = readText(path);
  const source = path === '-' ? 'stdin' : path;
  if (text.includes('\u0000'))
    throw notADocument(source, path.endsWith('.onnx') ? 'an ONNX model' : 'binary data');
  return /^\s*[{[]/.test(text) ? fromJson(text, source) : fromYaml(text, source);
}

function fromJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notADocument(source, (error as Error).message.split('\n')[0]!);
  }
}

function fromYaml(text: string, source: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    const { code, linePos, message } = error;
    const line = linePos?.[0].line;
    throw new HarpError('bad-input', 'not a YAML document', {
      where: line === undefined ? source : `${source}: line ${line}`,
      got: code === 'DUPLICATE_KEY' ? duplicateKey(text, line) : message.split(/ at line|\n/)[0]!,
      hint: HINTS[code] ?? 'Look at this line and the one before: indentation, brackets and quotes.',
    });
  }
}

/** As `a key twice: "sloMs"`. */
function duplicateKey(text: string, line: number | undefined): string {
  const [, key] = /^\s*(?:- )?"?([\w.-]+)"?\s*:/.exec(text.split('\n')[(line ?? 0) - 1] ?? '') ?? [];
  return `a key twice${key === undefined ? '' : `: "${key}"`}`;
}

const HINTS: Partial<Record<ErrorCode, string>> = {
  DUPLICATE_KEY: 'Remove one of the two, or give one another name.',
  TAB_AS_INDENT: 'Indent with spaces.',
};

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
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      const hint = missingFileHint(where, MAKERS.find(([ending]) => where.endsWith(ending))?.[1]);
      throw new HarpError('bad-input', 'there is no such file', { where, hint });
    }
    throw new HarpError('bad-input', 'cannot read this file', { where, got: systemWords(error) });
  }
}
