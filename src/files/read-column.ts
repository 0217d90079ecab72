/**
 * Reads one value after the other from a file of text: plain lines, a column of a CSV file with a header, a JSON array, or
 * JSON lines, of whose objects one field counts. Blank lines and those that begin with # are passed over.
 */
import { HarpError } from '../domain/errors.ts';
import { readText } from './read-document.ts';
import { splitCsvLine } from './split-csv-line.ts';

export interface Column {
  /** As they stand in the file. */
  readonly values: readonly unknown[];
  /** Where each stands, for messages. */
  readonly placeOf: (index: number) => string;
}

interface Search {
  /** The file, for messages. */
  readonly source: string;
  /** The column's name. */
  readonly column: string | undefined;
  /** What it is called, whatever its case, where the name is not given and there are several. */
  readonly byDefault: string;
  /** Tells a first line that is a value from a header. */
  readonly isValue: (text: string) => boolean;
}

/** @throws HarpError `bad-input` naming file, line, expected, got */
export function readColumn(file: string, search: Search): Column {
  const text = readText(file);
  if (/^\s*\[/.test(text)) return jsonArray(text, search);
  const lines: string[] = [];
  const numbers: number[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    lines.push(line);
    numbers.push(index + 1);
  }
  const placeIn = (index: number) => `${search.source}: line ${numbers[index]}`;
  if (lines[0]?.startsWith('{')) {
    const objects = lines.map((line, index) => parseJson(line, placeIn(index)));
    return { values: fieldsOf(objects, search, placeIn), placeOf: placeIn };
  }
  const [header, ...rows] = lines;
  if (header === undefined || (search.column === undefined && search.isValue(header))) {
    return { values: lines, placeOf: placeIn };
  }
  const place = findColumn(splitCsvLine(header), search);
  return {
    values: rows.map((row) => splitCsvLine(row)[place]),
    placeOf: (index) => placeIn(index + 1),
  };
}

function jsonArray(text: string, search: Search): Column {
  const placeOf = (index: number) => `${search.source}: entry ${index}`;
  const entries = parseJson(text, search.source) as unknown[];
  const objects = typeof entries[0] === 'object' && entries[0] !== null;
  return { values: objects ? fieldsOf(entries, search, placeOf) : entries, placeOf };
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HarpError('bad-input', 'not JSON', { where, got: (error as Error).message.split('\n')[0] });
  }
}

/** One field of every object. */
function fieldsOf(
  objects: readonly unknown[],
  search: Search,
  placeOf: (index: number) => string,
): unknown[] {
  const names = Object.keys(objects[0] as object);
  const name = names[findColumn(names, search)]!;
  return objects.map((object, index) => {
    if (typeof object === 'object' && object !== null) return (object as Record<string, unknown>)[name];
    throw new HarpError('bad-input', 'not a JSON object', {
      where: placeOf(index),
      expected: `{"${name}": …}`,
      got: JSON.stringify(object),
    });
  });
}

function findColumn(names: readonly string[], { source, column, byDefault }: Search): number {
  const trimmed = names.map((name) => name.trim());
  const place =
    column === undefined
      ? trimmed.findIndex((name) => names.length === 1 || name.toLowerCase() === byDefault)
      : trimmed.indexOf(column);
  if (place >= 0) return place;
  throw new HarpError('bad-input', `no column "${column ?? byDefault}"`, {
    where: source,
    expected: `one of ${trimmed.join(', ')}`,
    hint: `Say which, as trace:FILE,column=${trimmed[0] || 'NAME'}.`,
  });
}
