/** Fits the cells of a table into so many columns: the widest are broken at their spaces, until all stand beside each other. */

const ESC = String.fromCharCode(27);
const CODES = `(?:${ESC}\\[[\\d;]*m)`;
const STYLED = new RegExp(`^(${CODES}+)([\\s\\S]*?)(${CODES}+)$`);
/** A number stays with its unit, and a count with what is counted. */
const BREAK = /(?<![±×]) (?!(?:%|ms|s|×)(?:$|[\s),;:]))/;
const ANY_CODE = new RegExp(CODES, 'g');

/**
 * @param rows of cells, the head among them; all of the same length
 * @param width columns that there are
 * @param gap columns between two cells
 * @returns the same cells with line breaks; wider than `width` where words are
 */
export function fitWidth(rows: readonly (readonly string[])[], width: number, gap: number): string[][] {
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, column) =>
    widest(rows, column, (cell) => cell.split('\n')),
  );
  const least = Array.from({ length: columns }, (_, column) =>
    widest(rows, column, (cell) => cell.split('\n').flatMap((line) => line.split(BREAK))),
  );
  let excess = widths.reduce((sum, each) => sum + each, gap * (columns - 1)) - width;
  while (excess > 0) {
    const roomiest = widths
      .map((each, column) => ({ column, width: each, room: each - least[column]! }))
      .filter(({ room }) => room > 0)
      .sort((a, b) => b.width - a.width)[0];
    if (roomiest === undefined) break;
    // One at a time, so that columns of about the same width share what is missing.
    widths[roomiest.column]! -= 1;
    excess -= 1;
  }
  return rows.map((row) => row.map((cell, column) => wrap(cell, widths[column]!)));
}

const widest = (
  rows: readonly (readonly string[])[],
  column: number,
  parts: (cell: string) => string[],
): number => Math.max(0, ...rows.flatMap((row) => parts(bare(row[column]!)).map((part) => [...part].length)));

const bare = (cell: string): string => cell.replace(ANY_CODE, '');

/** Emphasis stands around each of the lines that a cell is broken into. */
function wrap(cell: string, width: number): string {
  if (cell.split('\n').every((line) => [...bare(line)].length <= width)) return cell;
  const [, before = '', text = cell, after = ''] = STYLED.exec(cell) ?? [];
  return text
    .split('\n')
    .flatMap((line) => linesOf(line, width))
    .map((line) => `${before}${line}${after}`)
    .join('\n');
}

function linesOf(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(BREAK)) {
    const last = lines.at(-1);
    if (last !== undefined && [...bare(last)].length + 1 + [...bare(word)].length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
