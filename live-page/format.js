/** Numbers as people read them; nothing where there is none. */

const NONE = '–';

/**
 * Three significant digits, no more than two decimals.
 * @param {number | null | undefined} value
 */
export function number(value) {
  if (value === null || value === undefined) return NONE;
  const decimals = value === 0 || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { maximumFractionDigits: decimals });
}

/** @param {number | null | undefined} value */
export const milliseconds = (value) => (value === null || value === undefined ? NONE : `${number(value)} ms`);

/**
 * Rounded down below 1, so that only what is whole is "100 %".
 * @param {number | null | undefined} share
 */
export function percent(share) {
  if (share === null || share === undefined) return NONE;
  if (share > 0 && share < 0.001) return '< 0.1 %';
  const decimals = share > 0.9 && share < 1 ? 2 : share > 0 && share < 0.1 ? 1 : 0;
  const scale = 10 ** decimals;
  const scaled = share * 100 * scale;
  return `${((share < 1 ? Math.floor(scaled + 1e-9) : Math.round(scaled)) / scale).toFixed(decimals)} %`;
}

/** @param {number | null} value */
export const dollars = (value) =>
  value === null
    ? NONE
    : `$${value.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: value < 0.1 ? 4 : 2 })}`;

/** @param {number} seconds */
export function duration(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return `${Math.round(seconds)} s`;
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(minutes / 1440)} days`;
}

/** @param {Date} date */
export const timeOfDay = (date) => date.toLocaleTimeString('en-GB');
