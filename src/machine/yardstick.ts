/**
 * How fast the core is just now, by a fixed piece of arithmetic that harp brings along. Virtual machines and processors that
 * are hot lose and gain a tenth of their speed for minutes, and no counter in them says so: durations of models and of this
 * follow each other (correlation 0.6 to 0.85 over windows of half a second on a shared machine), so it tells a slower
 * machine from a slower model. Our rule.
 */
import { quantile } from '../numeric/quantile.ts';

/** 256 KiB: more than the first cache holds, less than the second. */
const NUMBERS = new Float64Array(32_768).fill(1.000_1);
const PASSES = 20;
/** Until the compiler has it. */
const WARM_UPS = 40;
/** Between two looks: costs a measurement less than one per cent of its time. */
const INTERVAL_MS = 100;

export interface Yardstick {
  /** To be called between runs: takes a third of a millisecond now and then, mostly nothing. */
  readonly look: () => void;
  /** The median so far, in ms. */
  readonly ms: () => number;
}

export function startYardstick(): Yardstick {
  for (let count = 0; count < WARM_UPS; count++) compute();
  const looksMs = [timed()];
  let lastMs = performance.now();
  return {
    look: () => {
      if (performance.now() - lastMs < INTERVAL_MS) return;
      looksMs.push(timed());
      lastMs = performance.now();
    },
    ms: () => quantile(Float64Array.from(looksMs).sort(), 0.5),
  };
}

function timed(): number {
  const startedMs = performance.now();
  compute();
  return performance.now() - startedMs;
}

/** Read by nobody, so that the compiler cannot leave the work out. */
export let lastSum = 0;

function compute(): void {
  let sum = 0;
  for (let pass = 0; pass < PASSES; pass++) {
    for (let index = 0; index < NUMBERS.length; index++) sum += NUMBERS[index]! * 0.999_9;
  }
  lastSum = sum;
}
