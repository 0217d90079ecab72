/** Long lists of numbers are read as `JSON.parse` reads them, or left to it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumberListReader } from '../../../src/serving/protocol/number-list.ts';
import { splitBody } from '../../../src/serving/protocol/split-body.ts';

const read = (text: string) => new NumberListReader(Buffer.from(text)).read(0);

type Nested = number | Nested[];

const flatten = (value: Nested): number[] => (Array.isArray(value) ? value.flatMap(flatten) : [value]);

/** JSON's own view of a text, or undefined where it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.maxSafeInteger(),
);

const tensor = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }).chain((dims) => {
  const count = dims.reduce((product, length) => product * length, 1);
  return fc.tuple(fc.constant(dims), fc.array(number, { minLength: count, maxLength: count }));
});

function nest(values: readonly number[], dims: readonly number[]): Nested {
  const [length, ...rest] = dims;
  if (length === undefined) return values[0]!;
  const each = values.length / length;
  return Array.from({ length }, (_, index) => nest(values.slice(index * each, (index + 1) * each), rest));
}

describe('lists of numbers', () => {
  it('give the same doubles as JSON.parse, and how they were nested', () => {
    fc.assert(
      fc.property(tensor, fc.constantFrom(0, 2), ([dims, values], indent) => {
        const text = JSON.stringify(nest(values, dims), null, indent);
        const got = read(text)!;
        expect(got.end).toBe(text.length);
        expect(got.list.dims).toEqual(dims);
        expect([...got.list.values]).toEqual(flatten(JSON.parse(text)));
      }),
    );
  });

  it('whatever the digits', () => {
    const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,25})(\.\d{1,25})?([eE][+-]?\d{1,3})?$/);
    fc.assert(
      fc.property(fc.array(digits, { minLength: 1, maxLength: 5 }), (numbers) => {
        const text = `[${numbers.join(' , ')}]`;
        expect([...read(text)!.list.values]).toEqual(JSON.parse(text));
      }),
    );
  });

  it('what is no such list is left alone, never read otherwise than JSON reads it', () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      ',',
      '1',
      '-2.5',
      '0',
      '1e3',
      ' ',
      'true',
      '"a"',
      '.',
      '-',
      'e',
      '{}',
      'null',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = `[${pieces.join('')}`;
        const got = read(text);
        if (got === undefined) return;
        const whole = parsed(text.slice(0, got.end));
        expect(whole).toBeDefined();
        expect([...got.list.values]).toEqual(flatten(whole as Nested));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a message with long tensors', () => {
  const numbers = Array.from({ length: 2000 }, (_, index) => index / 7);
  const message = (data: unknown, extra = {}) =>
    Buffer.from(
      JSON.stringify({
        inputs: [
          { name: 'x', data },
          { name: 'y', data: ['a'] },
        ],
        ...extra,
      }),
    );
  const dataOf = (body: Buffer) => {
    const [x, y] = splitBody(body, undefined).document.inputs as { data: { values?: Float64Array } }[];
    return [x!.data, y!.data];
  };

  it('keeps everything else as it was', () => {
    const [x, y] = dataOf(message(numbers));
    expect([...(x as { values: Float64Array }).values]).toEqual(numbers);
    expect(y).toEqual(['a']);
  });

  it('leaves other things called data alone', () => {
    const body = Buffer.from(JSON.stringify({ data: numbers, inputs: [{ parameters: { data: numbers } }] }));
    expect(splitBody(body, undefined).document).toEqual(JSON.parse(body.toString()));
  });

  it('tells what is wrong with what was sent, where it stands', () => {
    const broken = Buffer.from(`${message(numbers).toString().slice(0, -3)}`);
    let told = '';
    try {
      JSON.parse(broken.toString());
    } catch (error) {
      told = (error as Error).message;
    }
    expect(() => splitBody(broken, undefined)).toThrow(told);
  });
});
