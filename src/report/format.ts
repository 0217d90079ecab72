/** Numbers as people read them; units change here only. */

/** Three significant digits, without an exponent: 0.123, 1.23, 12.3, 123, 1230. */
export function significant(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 6));
}

export const formatMs = (ms: number): string => `${significant(ms)} ms`;

/** 0.1234 → "12.3 %" */
export const formatPercent = (ratio: number): string =>
  `${(ratio * 100).toFixed(ratio > 0 && ratio < 0.1 ? 2 : 1)} %`;

/** 0.00181 → "0.181 %": for shares that differ in hundredths of a percent. */
export const formatFinePercent = (ratio: number): string => `${(ratio * 100).toFixed(3)} %`;

/** Three decimals, since planners differ by less than a percent; – where there is none. */
export const formatRatio = (value: number | null | undefined): string => value?.toFixed(3) ?? '–';

/** Three significant digits, at least to the cent below $100, and no zeros beyond that: $0.1785 → "$0.178", $0.05, $1.50, $12.34, $365. */
export function formatUsd(usd: number): string {
  if (usd === 0) return '$0';
  if (usd >= 100) return `$${usd.toFixed(0)}`;
  return `$${usd >= 1 ? usd.toFixed(2) : toTheCent(significant(usd))}`;
}

/** As it is, with cents: 0.1 → "$0.10", 0.1785 → "$0.1785". */
export const exactUsd = (usd: number): string => `$${toTheCent(String(Number(usd.toPrecision(8))))}`;

/** "0.1" → "0.10", "0.0500" → "0.05" */
function toTheCent(decimal: string): string {
  const [whole, fraction = ''] = decimal.split('.');
  return fraction.includes('e') ? decimal : `${whole}.${fraction.replace(/0+$/, '').padEnd(2, '0')}`;
}

/** Four significant digits of a bound, never beyond it: 123.831 → "123.8" down, "123.9" up. */
export function bounded(value: number, towards: 'down' | 'up'): string {
  const digits = Math.max(0, 3 - Math.floor(Math.log10(Math.abs(value))));
  const scaled = value * 10 ** digits;
  const nearest = Math.round(scaled);
  // What a search found is exact to a millionth at best.
  const isWhole = Math.abs(scaled - nearest) <= 1e-6 * Math.abs(scaled);
  const rounded = isWhole ? nearest : towards === 'down' ? Math.floor(scaled) : Math.ceil(scaled);
  return String(rounded / 10 ** digits);
}

/** 95 s → "1 min 35 s" */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
