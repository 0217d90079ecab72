/**
 * Figures by second of the last five minutes, in memory that never grows: a row that is older makes room for a new one when
 * something is written, and reads as zeros before.
 */

/** Rows that are kept. */
export const KEPT_SECONDS = 300;

export class SecondTable {
  private readonly columns: number;
  private readonly cells: Float64Array;
  /** Of which second each row is. */
  private readonly stamps = new Float64Array(KEPT_SECONDS).fill(-1);

  constructor(columns: number) {
    this.columns = columns;
    this.cells = new Float64Array(KEPT_SECONDS * columns);
  }

  /** @param second a whole number ≥ 0; what is older than the rows kept is forgotten */
  add(second: number, column: number, value: number): void {
    const cell = this.cellToWrite(second, column);
    if (cell >= 0) this.cells[cell]! += value;
  }

  /** Keeps the largest. */
  raise(second: number, column: number, value: number): void {
    const cell = this.cellToWrite(second, column);
    if (cell >= 0 && value > this.cells[cell]!) this.cells[cell] = value;
  }

  at(second: number, column: number): number {
    const row = second % KEPT_SECONDS;
    return this.stamps[row] === second ? this.cells[row * this.columns + column]! : 0;
  }

  /** Over `seconds` seconds, the last of them `last`. */
  sum(column: number, last: number, seconds: number): number {
    let sum = 0;
    for (let second = last - seconds + 1; second <= last; second++) sum += this.at(second, column);
    return sum;
  }

  /** The sums of all columns over `seconds` seconds, the last of them `last`. */
  sums(last: number, seconds: number): Float64Array {
    const { columns, cells, stamps } = this;
    const sums = new Float64Array(columns);
    for (let second = Math.max(0, last - seconds + 1); second <= last; second++) {
      const row = second % KEPT_SECONDS;
      if (stamps[row] !== second) continue;
      const first = row * columns;
      for (let column = 0; column < columns; column++) {
        const cell = cells[first + column]!;
        sums[column]! += cell;
      }
    }
    return sums;
  }

  private cellToWrite(second: number, column: number): number {
    const row = second % KEPT_SECONDS;
    if (second < this.stamps[row]!) return -1;
    if (second > this.stamps[row]!) {
      this.stamps[row] = second;
      this.cells.fill(0, row * this.columns, (row + 1) * this.columns);
    }
    return row * this.columns + column;
  }
}
