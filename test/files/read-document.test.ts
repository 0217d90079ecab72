import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HarpError } from '../../src/domain/errors.ts';
import { readDocument } from '../../src/files/read-document.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-document-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = (name: string, text: string): unknown => {
  writeFileSync(join(folder, name), text);
  return readDocument(join(folder, name));
};
const refusal = (name: string, text: string): { message: string; hint: string | undefined } => {
  try {
    read(name, text);
  } catch (error) {
    if (error instanceof HarpError)
      return { message: error.message.replace(`${folder}/`, ''), hint: error.details.hint };
    throw error;
  }
  throw new Error('it was read');
};

describe('a document', () => {
  test('is JSON or YAML', () => {
    expect(read('a.yaml', 'a: 1\n')).toEqual({ a: 1 });
    expect(read('a.json', '{"a": 1}')).toEqual({ a: 1 });
  });

  test.each([
    [
      'a key that stands there twice',
      'a: 1\nsloMs: 2\nsloMs: 3\n',
      'a.app.yaml: line 3: not a YAML document (got a key twice: "sloMs")',
      'Remove one of the two, or give one another name.',
    ],
    [
      'indentation by tabs',
      'a:\n\tb: 1\n',
      'a.app.yaml: line 2: not a YAML document (got Tabs are not allowed as indentation)',
      'Indent with spaces.',
    ],
    [
      'a bracket that is open',
      'a: [1\nb: 2\n',
      'a.app.yaml: line 2: not a YAML document (got Flow sequence in block collection must be sufficiently indented and end with a ])',
      'Look at this line and the one before: indentation, brackets and quotes.',
    ],
  ])('is none: %s, with the line and how to mend it', (_, text, message, hint) => {
    expect(refusal('a.app.yaml', text)).toEqual({ message, hint });
  });

  test('JSON that was cut short is told as such', () => {
    const { message, hint } = refusal('a.plan.json', '{"a": ');
    expect(message).toMatch(/^a.plan.json: not a JSON or YAML document \(got .*JSON/);
    expect(hint).toMatch(/cut short/);
  });
});
