/** Costs of whole machines are multiples of what divides their prices, so a bound on them can be rounded up to one. */

/** @returns the greatest price, to a millionth of a USD, that divides all; 0 where it is too small to tell costs apart */
export function commonDivisor(prices: Float64Array): number {
  const greatest = (a: number, b: number): number => (b === 0 ? a : greatest(b, a % b));
  const divisor = prices.reduce((so, price) => greatest(so, Math.round(price * 1e6)), 0) / 1e6;
  const isExact = prices.every((price) => Math.abs(price / divisor - Math.round(price / divisor)) < 1e-9);
  return isExact && divisor * 1000 >= Math.max(...prices) ? divisor : 0;
}
