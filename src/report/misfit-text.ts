/** What is said beside a fit that does not describe its points, wherever one is shown or stood on. */
import type { LatencyFit } from '../domain/profile.ts';
import { isMisfit } from '../latency/fit-latency.ts';
import { formatPercent } from './format.ts';

/** Undefined where it fits. */
export const misfitText = (fit: LatencyFit): string | undefined =>
  isMisfit(fit)
    ? `the fit does not describe this model: it is off by ${formatPercent(fit.mapePercent / 100)} on average`
    : undefined;

/** With what does without it. */
export const misfitNote = (fit: LatencyFit): string | undefined => {
  const text = misfitText(fit);
  return (
    text &&
    `${text}; plans and serving stand on the points, not on it, and only harp simulate --scaling would`
  );
};
