/** What `harp load` does: sends requests on schedule, once or at one rate after the other, sums up, judges. */
import { counted } from '../domain/counted.ts';
import type { LoadResult } from '../domain/load.ts';
import { findCarriedRate } from '../load/find-carried-rate.ts';
import type { Prepared } from '../load/infer-client.ts';
import { LoadRecord } from '../load/load-record.ts';
import { paceArrivals } from '../load/pace.ts';
import { sendOnSchedule } from '../load/send-on-schedule.ts';
import { judgeViolations } from '../load/violation-limit.ts';
import { arrivalTimes } from '../simulation/arrivals/arrival-times.ts';
import { arrivalsLastMs, meanRateRps } from '../simulation/arrivals/curve-of-arrivals.ts';
import { networkDelay } from '../simulation/scaling/network-delays.ts';
import { connectClient } from './connect-client.ts';
import { type LoadOptions, type PosedLoad, poseLoad } from './pose-load.ts';
import type { Progress } from './progress.ts';

/** What one process can hold open without asking the system for more. */
const MAX_IN_FLIGHT = 1000;
/** How long an answer may be overdue before it counts as none. */
const GRACE_MS = 5000;

interface Attention {
  /** Stops sending; what was measured until then is the result. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** @throws HarpError `usage`, `bad-input`, `missing-capability` */
export async function runLoad(options: LoadOptions, attention: Attention): Promise<LoadResult> {
  const { signal, progress } = attention;
  const { findRateAt, maxViolations } = options;
  try {
    const posed = await poseLoad(options);
    const { planned, rateRps } = posed;
    const runAt = (triedRps: number) => runOnce(posed, options, triedRps, attention);
    const result =
      findRateAt === undefined
        ? await runAt(rateRps)
        : await findCarriedRate(runAt, findRateAt, rateRps, {
            signal,
            onTried: (tried, { runs, runsLeft }) =>
              progress.step(
                `run ${runs}: ${tried.rateRps.toPrecision(4)}/s, ${(100 * tried.attainment).toFixed(2)} % in time` +
                  (runsLeft > 0 ? `; about ${timeLeft(runsLeft, options)}` : ''),
              ),
          });
    return {
      ...result,
      ...(planned && { planned }),
      ...(maxViolations !== undefined && { gate: judgeViolations(result, maxViolations) }),
    };
  } finally {
    progress.stop();
  }
}

const timeLeft = (runs: number, { durationS, warmupS }: LoadOptions): string =>
  `${counted(runs, 'more run')}, ${Math.ceil(runs * (durationS + warmupS))} s`;

/** Warm-up, and the part that is measured; over connections of its own. */
async function runOnce(
  posed: PosedLoad,
  options: LoadOptions,
  rateRps: number,
  { signal, progress }: Attention,
): Promise<LoadResult> {
  const { arrivals, sloMs, model, protocol, rows } = posed;
  const { url, seed, input } = options;
  const client = await connectClient(options, MAX_IN_FLIGHT);
  try {
    const messages = posed.requests.map((request) => client.prepare(model, request, protocol));
    const network = networkOf(posed, options, messages);
    const fromMs = options.warmupS * 1000;
    const endMs = Math.min(fromMs + options.durationS * 1000, arrivalsLastMs(arrivals, rateRps));
    const record = new LoadRecord(sloMs, { fromMs, toMs: endMs });
    const { sendingMs, busyFraction } = await sendOnSchedule({
      pace: paceArrivals(arrivalTimes(arrivals, rateRps, seed), endMs, network?.delayMs),
      send: (index, limitMs) => messages[index % messages.length]!.send(limitMs),
      sloMs,
      onSample: (sample) => record.add(sample),
      giveUp: () => client.close(),
      maxInFlight: MAX_IN_FLIGHT,
      graceMs: sloMs + GRACE_MS,
      signal,
      onSent: (elapsedMs, inFlight) =>
        progress.update(
          `${(elapsedMs / 1000).toFixed(0)} of ${(endMs / 1000).toFixed(0)} s, ${inFlight} unanswered`,
        ),
    });
    const shape = {
      url,
      protocol,
      model,
      rateRps: meanRateRps(arrivals, rateRps),
      arrivals: options.arrivals,
      rows,
      sloMs,
      seed,
      ...(input.length > 0 && { input: [...input] }),
      ...(network && { network: network.told }),
    };
    return record.summarize(shape, signal.aborted ? sendingMs : endMs, busyFraction);
  } finally {
    client.close();
  }
}

/** What the link takes of each request, by when it is sent. */
function networkOf(
  { network, sloMs }: PosedLoad,
  { networkTrace, requestBytes }: LoadOptions,
  messages: readonly Prepared[],
) {
  if (network === undefined) return undefined;
  const meanBytes = messages.reduce((sum, { bytes }) => sum + bytes, 0) / messages.length;
  const told = { trace: networkTrace!, requestBytes: requestBytes ?? Math.round(meanBytes) };
  // What is under way for longer arrives with nothing left: it is late whatever the server does.
  const delayMs = (sentMs: number) => networkDelay(network, told.requestBytes, sentMs, sloMs);
  return { told, delayMs };
}
