/** How many requests may miss their SLO before a gate fails: so many, or a share of all. Pure. */
import { HarpError } from '../domain/errors.ts';
import type { LoadGate, LoadResult } from '../domain/load.ts';

/** Takes what was seen; whether that is few enough. */
export type ViolationLimit = (violations: number, sent: number) => boolean;

/**
 * @param text `5` requests, or `1%` of them
 * @throws HarpError `usage`
 */
export function parseViolationLimit(text: string): ViolationLimit {
  const [, number, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const limit = Number(number);
  if (percent === '%' && limit <= 100) return (violations, sent) => violations <= (limit / 100) * sent + 1e-9;
  if (percent === '' && Number.isInteger(limit)) return (violations) => violations <= limit;
  throw new HarpError('usage', 'invalid value', {
    where: '--max-violations',
    expected: 'a number of requests as 5, or a share of them as 1%',
    got: JSON.stringify(text),
  });
}

/** Whatever was not answered in time is a violation; a run that sent nothing has shown nothing. */
export function judgeViolations({ sent, served }: LoadResult, maxViolations: string): LoadGate {
  const violations = sent - served;
  const passed = sent > 0 && parseViolationLimit(maxViolations)(violations, sent);
  return { maxViolations, violations, passed };
}
