/** Scaled policies in virtual time, and traffic for them. */
import { seededRandom } from '../../src/numeric/prng.ts';
import type { configureScaling } from '../../src/scaling/configure-scaling.ts';
import { createScaled, type ScaledEvent, stepScaled } from '../../src/scaling/scaled-policy.ts';
import type { ScaledState } from '../../src/scaling/scaled-state.ts';
import { PendingEvents } from '../../src/simulation/pending-events.ts';

export interface Request {
  readonly atMs: number;
  readonly deadlineMs: number;
}

export type Configured = ReturnType<typeof configureScaling>;

export const LASTS_MS = 12_000;

/** Random arrivals whose budgets shrink and grow, as behind a link that changes. */
export function traffic(rateRps: number, sloMs: number, seed: number): Request[] {
  const random = seededRandom(seed);
  const requests: Request[] = [];
  for (let atMs = 0; ; ) {
    atMs -= (1000 / rateRps) * Math.log(1 - random.uniform());
    if (atMs > LASTS_MS - 2000) return requests;
    const share = 0.6 + 0.4 * Math.cos(atMs / 1500);
    requests.push({ atMs, deadlineMs: atMs + sloMs * share });
  }
}

/** What is decided in virtual time, durations exact. @param watch told of the state after every event */
export function decisionsOf(
  { scaled, setup }: Configured,
  requests: readonly Request[],
  watch: (state: ScaledState) => void = () => {},
): string[] {
  const decisions: string[] = [];
  const state = createScaled(scaled);
  const events: ScaledEvent[] = [];
  const pending = new PendingEvents();
  const at = (timeMs: number, event: ScaledEvent): void => pending.push(timeMs, events.push(event) - 1);
  let timerMs = Number.POSITIVE_INFINITY;
  for (const { id, module } of setup.workers) stepScaled(state, { kind: 'up', module, worker: id }, 0);
  for (const [request, { atMs, deadlineMs }] of requests.entries())
    at(atMs, { kind: 'arrival', requests: [request], route: 0, deadlineMs });
  for (let atMs = 500; atMs <= LASTS_MS; atMs += 1000) at(atMs, { kind: 'tick' });
  for (;;) {
    const nowMs = Math.min(pending.firstMs, timerMs);
    if (nowMs === Number.POSITIVE_INFINITY) return decisions;
    const event: ScaledEvent = pending.firstMs === nowMs ? events[pending.pop()]! : { kind: 'timer' };
    timerMs = Number.POSITIVE_INFINITY;
    const decided = stepScaled(state, event, nowMs);
    watch(state);
    for (const decision of decided) {
      if (decision.kind === 'wait') timerMs = decision.untilMs;
      else if (decision.kind === 'resize') decisions.push(`${decision.worker} has ${decision.cores}`);
      else if (decision.kind === 'start') {
        const { worker, module, tasks } = decision;
        decisions.push(`${worker}: ${tasks.map(({ request }) => request).join(' ')}`);
        const cores = state.holdings.cores[worker]!;
        const batchMs = scaled.modules[module]!.config.durationsMs[cores]![tasks.length]!;
        at(nowMs + batchMs, { kind: 'done', module, worker });
      } else if (decision.kind !== 'split') decisions.push(`${decision.kind} ${decision.request}`);
    }
  }
}
