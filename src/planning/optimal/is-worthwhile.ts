/** Relative: what is cheaper by less is not looked for. */
const PROVEN = 1e-8;

/** Whether something that costs no less than the bound may be cheaper than the best known; USD per hour. */
export const isWorthwhile = (boundPerHour: number, bestPerHour: number): boolean =>
  boundPerHour < bestPerHour * (1 - PROVEN);
