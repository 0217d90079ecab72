/**
 * Long lists of numbers in JSON, read straight into doubles: `JSON.parse` takes two to three times as long for an image, and makes
 * an object of every row. What is not a plain, evenly nested list of numbers is left to it, with its errors.
 */

/** A list, nested or flat, as it stood in the JSON. */
export class NumberList {
  readonly values: Float64Array;
  /** Lengths along the nesting, outermost first; those of a flat list are one. */
  readonly dims: readonly number[];

  constructor(values: Float64Array, dims: readonly number[]) {
    this.values = values;
    this.dims = dims;
  }
}

const [OPEN, CLOSE, COMMA, MINUS, PLUS, POINT] = [0x5b, 0x5d, 0x2c, 0x2d, 0x2b, 0x2e];
const [ZERO, NINE] = [0x30, 0x39];
const E_BIT = 0x20;
const LOWER_E = 0x65;

/** Powers of ten that a double holds exactly; with a mantissa below 2^53 one operation then rounds correctly. */
const EXACT_POWERS = Array.from({ length: 23 }, (_, power) => 10 ** power);
/** Nobody nests tensors deeper. */
const MAX_DEPTH = 32;
/** Digits that always fit into 2^53. */
const EXACT_DIGITS = 15;
/** What sixteen to nineteen digits take is worked out in two doubles. */
const MOST_DIGITS = 19;
/** Splits a double into two halves of 26 bits (Dekker, Veltkamp; our reading). */
const SPLITTER = 2 ** 27 + 1;
const HALF = 2 ** 25;

/** (high · shift + low) · 10^power, rounded as JSON.parse does; NaN where that is not certain. */
function decimal(high: number, low: number, shift: number, power: number): number {
  if (shift === 1) {
    if (power < -22 || power > 22) return high === 0 ? 0 : Number.NaN;
    return power < 0 ? high / EXACT_POWERS[-power]! : high * EXACT_POWERS[power]!;
  }
  if (power > 0 || power < -22) return Number.NaN;
  // high · shift + low as an exact sum of two doubles.
  const upper = Math.floor(high / HALF);
  const a = upper * shift * HALF;
  const b = (high - upper * HALF) * shift + low;
  const sum = a + b;
  const rest = b - (sum - a);
  // One step of long division: the quotient, and what it leaves.
  const divisor = EXACT_POWERS[-power]!;
  const quotient = sum / divisor;
  const left = (sum - quotient * divisor - productError(quotient, divisor) + rest) / divisor;
  const value = quotient + left;
  const error = left - (value - quotient);
  return value + error * (1 + 1e-7) === value ? value : Number.NaN;
}

/** a · b − the double that it is rounded to, exactly. */
function productError(a: number, b: number): number {
  const aHigh = SPLITTER * a - (SPLITTER * a - a);
  const bHigh = SPLITTER * b - (SPLITTER * b - b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return aLow * bLow - (a * b - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE;

export interface ReadList {
  readonly list: NumberList;
  /** The first byte after it. */
  readonly end: number;
}

/** Reads lists of numbers from one text; its working memory is used again. */
export class NumberListReader {
  private readonly json: Buffer;
  private values = new Float64Array(1024);
  private at = 0;

  constructor(json: Buffer) {
    this.json = json;
  }

  /**
   * @param start of the list, its "["
   * @returns undefined where it is anything else than numbers, evenly nested
   */
  read(start: number): ReadList | undefined {
    const json = this.json;
    let count = 0;
    let depth = 0;
    let deepest = 0;
    /** Entries so far of the open list of each depth, and how many a closed one had. */
    const entries: number[] = [];
    const dims: number[] = [];
    this.at = start;
    for (;;) {
      const byte = json[this.at];
      if (byte === undefined) return undefined;
      if (isSpace(byte)) this.at++;
      else if (byte === OPEN) {
        // Lists stand where lists stand: not beside numbers.
        if ((depth >= deepest && count > 0) || depth === MAX_DEPTH) return undefined;
        entries[depth++] = 0;
        deepest = Math.max(deepest, depth);
        this.at++;
      } else if (byte === MINUS || isDigit(byte)) {
        if (depth !== deepest) return undefined;
        const value = this.number();
        if (value === undefined) return undefined;
        if (count === this.values.length) this.grow();
        this.values[count++] = value;
        entries[depth - 1]!++;
        const next = this.afterEntry();
        if (next === undefined) return undefined;
      } else if (byte === CLOSE) {
        depth--;
        const length = entries[depth]!;
        if (dims[depth] !== undefined && dims[depth] !== length) return undefined;
        dims[depth] = length;
        this.at++;
        if (depth === 0) return { list: new NumberList(this.values.slice(0, count), dims), end: this.at };
        entries[depth - 1]!++;
        const next = this.afterEntry();
        if (next === undefined) return undefined;
      } else return undefined;
    }
  }

  /** Passes the comma behind an entry, if there is one; undefined where neither that nor the end of the list follows. */
  private afterEntry(): true | undefined {
    const json = this.json;
    while (isSpace(json[this.at]!)) this.at++;
    const byte = json[this.at];
    if (byte === CLOSE) return true;
    if (byte !== COMMA) return undefined;
    this.at++;
    while (isSpace(json[this.at]!)) this.at++;
    // A comma before the end is no JSON.
    return json[this.at] === CLOSE ? undefined : true;
  }

  /** As JSON has it: no leading zeros, a digit on both sides of the point. */
  private number(): number | undefined {
    const json = this.json;
    const start = this.at;
    let at = start;
    const isNegative = json[at] === MINUS;
    if (isNegative) at++;
    const first = json[at]!;
    if (!isDigit(first) || (first === ZERO && isDigit(json[at + 1]!))) return undefined;
    /** Significant digits: the first fifteen, and up to four more. */
    let high = 0;
    let low = 0;
    let shift = 1;
    let digits = 0;
    let point = -1;
    for (; ; at++) {
      const byte = json[at]!;
      if (isDigit(byte)) {
        if (digits < EXACT_DIGITS) high = high * 10 + (byte - ZERO);
        else if (digits < MOST_DIGITS) {
          low = low * 10 + (byte - ZERO);
          shift *= 10;
        }
        if (high > 0) digits++;
      } else if (byte === POINT && point < 0) point = at + 1;
      else break;
    }
    if (point === at) return undefined;
    let power = point < 0 ? 0 : point - at;
    if ((json[at]! | E_BIT) === LOWER_E) {
      at++;
      const sign = json[at] === MINUS ? -1 : 1;
      if (json[at] === MINUS || json[at] === PLUS) at++;
      if (!isDigit(json[at]!)) return undefined;
      let exponent = 0;
      for (; isDigit(json[at]!); at++) exponent = exponent * 10 + (json[at]! - ZERO);
      power += sign * exponent;
    }
    this.at = at;
    const value = digits > MOST_DIGITS ? Number.NaN : decimal(high, low, shift, power);
    // Too long, too large, or so close to the middle of two doubles that only all of its digits decide.
    if (Number.isNaN(value)) return Number(json.toString('latin1', start, at));
    return isNegative ? -value : value;
  }

  private grow(): void {
    const { values } = this;
    this.values = new Float64Array(4 * values.length);
    this.values.set(values);
  }
}
