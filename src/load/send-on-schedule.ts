/**
 * The one loop of the load generator that sleeps: sends each request at its time and never waits for answers, so that a
 * slow server cannot slow down its clients and hide behind that (coordinated omission).
 */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './infer-client.ts';
import type { Pace } from './pace.ts';

/** One request; times in ms since the start of the run. */
export interface Sample {
  readonly intendedMs: number;
  readonly dueMs: number;
  readonly sentMs: number;
  readonly answeredMs: number;
  readonly answer: Omit<Answer, 'atMs'>;
}

/** The measured part of a run, in ms since its start: requests intended in [from, to). */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Of an answered request, from its intended sending; one that went out a moment early is not faster for it. */
export const latencyOf = ({ intendedMs, dueMs, sentMs, answeredMs }: Sample): number =>
  answeredMs - intendedMs + Math.max(0, dueMs - sentMs);

/** Why a request failed that was held back because too many were unanswered, */
export const NOT_SENT = 'not sent: too many in flight';
/** and one that nobody answered. */
export const UNANSWERED = 'no answer';

export interface Schedule {
  readonly pace: Pace;
  /** Sends request number `index`, whose answer has so long to come; never rejects. */
  readonly send: (index: number, limitMs: number) => Promise<Answer>;
  readonly sloMs: number;
  /** Takes every request, in order of their answers. */
  readonly onSample: (sample: Sample) => void;
  /** Ends what is still unanswered; its promises then resolve. */
  readonly giveUp: () => void;
  readonly maxInFlight: number;
  /** How long to wait for the last answers. */
  readonly graceMs: number;
  /** Stops sending early. */
  readonly signal: AbortSignal;
  readonly onSent?: (elapsedMs: number, inFlight: number) => void;
}

/** A limit of 0 would be none. */
const LEAST_LIMIT_MS = 0.001;

/** @returns how long sending took, and the share of that time that the event loop was at work */
export async function sendOnSchedule(
  schedule: Schedule,
): Promise<{ sendingMs: number; busyFraction: number }> {
  const { pace, send, sloMs, onSample, maxInFlight, signal } = schedule;
  const busyBefore = performance.eventLoopUtilization();
  const startMs = performance.now();
  const elapsedMs = () => performance.now() - startMs;
  const inFlight = new Set<Promise<void>>();
  let gaveUp = false;

  for (let index = 0; ; index++) {
    const step = pace(elapsedMs());
    if (!step || !(await slept(step.waitMs, signal))) break;
    const { intendedMs, dueMs } = step;
    const sentMs = elapsedMs();
    if (inFlight.size >= maxInFlight) {
      const answer = { outcome: 'failed', reason: NOT_SENT } as const;
      onSample({ intendedMs, dueMs, sentMs, answeredMs: sentMs, answer });
      continue;
    }
    const limitMs = Math.max(LEAST_LIMIT_MS, sloMs - (dueMs - intendedMs));
    const answered = send(index, limitMs).then(({ atMs, ...answer }) => {
      inFlight.delete(answered);
      const isLost = gaveUp && answer.outcome === 'failed';
      const what = isLost ? ({ outcome: 'failed', reason: UNANSWERED } as const) : answer;
      onSample({ intendedMs, dueMs, sentMs, answeredMs: atMs - startMs, answer: what });
    });
    inFlight.add(answered);
    schedule.onSent?.(sentMs, inFlight.size);
  }
  const sendingMs = elapsedMs();
  const busyFraction = performance.eventLoopUtilization(busyBefore).utilization;
  const grace = setTimeout(() => {
    gaveUp = true;
    schedule.giveUp();
  }, schedule.graceMs);
  await Promise.all(inFlight);
  clearTimeout(grace);
  return { sendingMs, busyFraction };
}

/**
 * Whether the time went by without an abort. Timers count whole ms: to the nearest, half a ms early or late at most. Even
 * with no time to lose the event loop gets its turn, or a generator that is behind would never see an answer.
 */
async function slept(waitMs: number, signal: AbortSignal): Promise<boolean> {
  const ms = Math.round(waitMs);
  const waited = ms > 0 ? sleep(ms, true, { signal }) : nextTurn(true, { signal });
  return waited.catch(() => false);
}
