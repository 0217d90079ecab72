/** A number with no more decimals than mean something: 3.14159 to 2 is 3.14. */
export function roundTo(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}
