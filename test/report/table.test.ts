import { describe, expect, test } from 'vitest';
import { plainStyle, type Style } from '../../src/report/style.ts';
import { table } from '../../src/report/table.ts';

const BOLD = `${String.fromCharCode(27)}[1m`;
const OFF = `${String.fromCharCode(27)}[22m`;
const columns = [
  { title: 'name', align: 'left', text: ([name]: string[]) => name! },
  { title: 'what is said of it', align: 'left', text: ([, said]: string[]) => said! },
  { title: 'took', text: () => '12.3 ms' },
] as const;
const draw = (said: string, style: Partial<Style> = {}) =>
  table([['one', said]], columns, { ...plainStyle, ...style });
const widest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

describe('a table', () => {
  test('that fits stays as it is', () => {
    expect(draw('short')).toBe('name  what is said of it     took\none   short               12.3 ms');
  });

  test('is as wide as the terminal at most: the widest cells are broken at their spaces, numbers stay with their units', () => {
    const text = draw('a longer sentence that would not fit at all', { width: 40 });
    expect(text).toBe(
      `name  what is said of it         took
one   a longer sentence that  12.3 ms
      would not fit at all`,
    );
    expect(widest(text)).toBeLessThanOrEqual(40);
  });

  test('has 100 columns where nobody says how many there are', () => {
    expect(widest(draw('word '.repeat(60).trim()))).toBeLessThanOrEqual(100);
  });

  test('is wider only where single words are', () => {
    expect(draw('x'.repeat(50), { width: 40 })).toContain('x'.repeat(50));
  });

  test('keeps emphasis on each of the lines of a cell', () => {
    const text = draw(`${BOLD}five or six${OFF}`, { width: 22 });
    expect(text).toContain(`${BOLD}five or${OFF}`);
    expect(text).toContain(`${BOLD}six${OFF}`);
  });
});
