/**
 * The one loop of the load generator that sleeps: sends each request at its intended time and never waits for answers,
 * so that a slow server cannot slow down its clients and hide behind that (coordinated omission).
 */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Pace } from './pace.ts';

/** What came of one request. */
export interface Answer {
  /** The HTTP status ("200"), or the error where there was none ("ECONNREFUSED"). */
  readonly outcome: string;
  readonly batchSize?: number;
  readonly queueMs?: number;
  readonly computeMs?: number;
}

/** One request; times in ms since the start of the run. */
export interface Sample {
  readonly intendedMs: number;
  readonly sentMs: number;
  readonly answeredMs: number;
  readonly answer: Answer;
}

/** The outcome of a request that was held back because too many were unanswered. */
export const NOT_SENT = 'not sent: too many in flight';

export interface Schedule {
  readonly pace: Pace;
  /** Sends request number `index`; never rejects. */
  readonly send: (index: number) => Promise<Answer>;
  /** Ends what is still unanswered; its promises then resolve. */
  readonly giveUp: () => void;
  readonly maxInFlight: number;
  /** How long to wait for the last answers. */
  readonly graceMs: number;
  /** Stops sending early. */
  readonly signal: AbortSignal;
  readonly onSent?: (elapsedMs: number, inFlight: number) => void;
}

/** @returns a sample of every request, in order of their answers, and how long sending took */
export async function sendOnSchedule(schedule: Schedule): Promise<{ samples: Sample[]; sendingMs: number }> {
  const { pace, send, maxInFlight, signal } = schedule;
  const startMs = performance.now();
  const elapsedMs = () => performance.now() - startMs;
  const samples: Sample[] = [];
  const inFlight = new Set<Promise<void>>();

  for (let index = 0; ; index++) {
    const step = pace(elapsedMs());
    if (!step || !(await slept(step.waitMs, signal))) break;
    const { intendedMs } = step;
    const sentMs = elapsedMs();
    if (inFlight.size >= maxInFlight) {
      samples.push({ intendedMs, sentMs, answeredMs: sentMs, answer: { outcome: NOT_SENT } });
      continue;
    }
    const answered = send(index).then((answer) => {
      samples.push({ intendedMs, sentMs, answeredMs: elapsedMs(), answer });
      inFlight.delete(answered);
    });
    inFlight.add(answered);
    schedule.onSent?.(sentMs, inFlight.size);
  }
  const sendingMs = elapsedMs();
  const grace = setTimeout(schedule.giveUp, schedule.graceMs);
  await Promise.all(inFlight);
  clearTimeout(grace);
  return { samples, sendingMs };
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
