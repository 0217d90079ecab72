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

export const formatUsd = (usd: number): string => `$${usd >= 1000 ? usd.toFixed(0) : significant(usd)}`;

/** 95 s → "1 min 35 s" */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
