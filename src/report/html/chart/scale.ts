/** From values to places on the page, and the round values that stand along an axis. */

export interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** Round steps are 1, 2 or 5 times a power of ten. */
function roundStep(span: number, wanted: number): number {
  const rough = span / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const times = [1, 2, 5, 10].find((each) => each * power >= rough * 0.999)!;
  return times * power;
}

/** Multiples of a round step from `from` to `to`, both included; rounded, since 3 × 0.1 is not 0.3. */
export function roundTicks(from: number, to: number, wanted: number): number[] {
  if (!(to > from)) return [from];
  const step = roundStep(to - from, wanted);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** Round multiples of powers of ten: the powers alone where those are many, most multiples where there is hardly one. */
export function logTicks(from: number, to: number): number[] {
  const powers: number[] = [];
  for (let power = Math.floor(Math.log10(from)); power <= Math.ceil(Math.log10(to)); power++)
    powers.push(power);
  const decades = Math.log10(to / from);
  const times = decades > 3 ? [1] : decades > 1.1 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 6, 8];
  return powers
    .flatMap((power) => times.map((each) => Number((each * 10 ** power).toPrecision(6))))
    .filter((value) => value >= from * 0.999 && value <= to * 1.001);
}

/** The least round number, reached in so many round steps, that is not below `value`. */
export function roundUp(value: number, wanted: number): number {
  if (!(value > 0)) return 1;
  const step = roundStep(value, wanted);
  return Number((Math.ceil(value / step - 1e-9) * step).toPrecision(12));
}

/** @param place of the first and of the last value, as pixels */
export function scale(
  [from, to]: readonly [number, number],
  place: readonly [number, number],
  log: boolean,
  ticks: readonly number[],
): Scale {
  const position = log ? Math.log : (value: number): number => value;
  const [first, last] = [position(from), position(to)];
  const span = last - first || 1;
  return {
    at: (value) => {
      const share = (position(Math.max(value, log ? from : value)) - first) / span;
      return place[0] + share * (place[1] - place[0]);
    },
    ticks: ticks.filter((tick) => tick >= from - 1e-9 && tick <= to + 1e-9),
  };
}
