/** What a checker finds: a statement that does not follow, as data; and the three comparisons that find it. */

export interface Violation {
  /** The field, as "modules.detect.allocations[0].rateRps". */
  readonly where: string;
  /** What it should follow from. */
  readonly rule: string;
  readonly expected: Value;
  readonly got: Value;
}

type Value = number | string | boolean;

export type Found = Violation | undefined;

/** Relative; what the last digits of a solver may differ by. */
export const CLOSE = 1e-6;

export const same = (where: string, rule: string, got: Value, expected: Value): Found =>
  got === expected ? undefined : { where, rule, expected, got };

/** NaN equals nothing. */
export const equal = (where: string, rule: string, got: number, expected: number): Found =>
  Math.abs(got - expected) <= CLOSE * Math.abs(expected) ? undefined : { where, rule, expected, got };

export const atMost = (where: string, rule: string, got: number, limit: number): Found =>
  got <= limit * (1 + CLOSE) ? undefined : { where, rule, expected: `at most ${limit}`, got };

/** "modules.detect.rateRps is 3 instead of 2 (rate × perRequest)" */
export const violationText = ({ where, rule, expected, got }: Violation): string =>
  `${where} is ${got} instead of ${expected} (${rule})`;
