/**
 * Workers that are lost and come back at stated times: `down:detect/0@3s` takes the first worker of the module detect away
 * three seconds after the first arrival, with what it runs; `up:detect/0@5s` brings it back.
 */
import { HarpError } from '../domain/errors.ts';
import type { FeasiblePlan } from '../domain/plan.ts';
import { plannedWorkers } from '../policy/configure-policy.ts';
import type { Fault } from './simulate.ts';

const UNIT_MS = { s: 1000, ms: 1 };

const refusal = (what: string, got: string, expected: string, hint?: string): HarpError =>
  new HarpError('usage', what, { where: '--faults', expected, got: JSON.stringify(got), hint });

/**
 * @param texts each `down:MODULE/WORKER@TIME` or `up:…`; workers of a module count from 0, in rank order
 * @returns by rising time
 * @throws HarpError `usage`
 */
export function parseFaults(texts: readonly string[], plan: FeasiblePlan): Fault[] {
  const isDown = new Set<number>();
  const faults = texts
    .map((text) => ({ text, fault: parseFault(text, plan) }))
    .sort((a, b) => a.fault.timeMs - b.fault.timeMs);
  for (const { text, fault } of faults) {
    const { kind, worker } = fault;
    if (isDown.has(worker) === (kind === 'down')) {
      const state = kind === 'down' ? 'down' : 'up';
      throw refusal(`the worker is ${state} by then`, text, 'down and up in turn, down first');
    }
    if (kind === 'down') isDown.add(worker);
    else isDown.delete(worker);
  }
  return faults.map(({ fault }) => fault);
}

function parseFault(text: string, plan: FeasiblePlan): Fault {
  const [, kind, name, place, time, unit] =
    /^(down|up):(.+)\/(\d+)@(\d+(?:\.\d+)?)(ms|s)$/.exec(text.trim()) ?? [];
  if (kind === undefined) {
    throw refusal(
      'not a fault',
      text,
      'down:MODULE/WORKER@TIME or up:MODULE/WORKER@TIME, TIME as 3s or 250ms',
      'As --faults "down:detect/0@3s,up:detect/0@5s", or a file with one a line; workers count from 0.',
    );
  }
  const module = plan.modules.findIndex((planned) => planned.name === name);
  if (module < 0)
    throw refusal('no such module', text, `one of ${plan.modules.map((m) => m.name).join(', ')}`);
  const own = plannedWorkers(plan).filter((worker) => worker.module === module);
  const worker = own[Number(place)];
  if (worker === undefined) throw refusal('no such worker', text, `${name}/0 to ${name}/${own.length - 1}`);
  return {
    kind: kind as Fault['kind'],
    worker: worker.id,
    timeMs: Number(time) * UNIT_MS[unit as keyof typeof UNIT_MS],
  };
}
