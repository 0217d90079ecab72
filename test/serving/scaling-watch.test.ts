import { expect, it } from 'vitest';
import type { ScaledSetup, ScaledState } from '../../src/scaling/scaled-state.ts';
import type { ScalingDecision } from '../../src/scaling/scaling-policy.ts';
import { ScalingWatch, type ScalingWatchParts } from '../../src/serving/scaling-watch.ts';
import { planOf } from '../plan-of.ts';

const decided = (cores: number, reason: 'rate' | 'deadlines'): ScalingDecision => ({
  instances: 1,
  cores,
  batchSize: 1,
  feasible: true,
  reason,
});

it('why cores change fits the direction in which they do', () => {
  const events: string[] = [];
  const parts = {
    plan: planOf('app', [{ name: 'm' }]),
    planFile: '-',
    poolCores: 8,
    metrics: { decided: () => {} },
    rateRps: () => 100,
    onEvent: (text: string) => events.push(text),
  } as unknown as ScalingWatchParts;
  const durationsMs = Array.from({ length: 9 }, () => new Float64Array(2));
  const setup = { acts: true, modules: [{ config: { durationsMs }, decision: decided(2, 'rate') }] };
  const watch = new ScalingWatch(parts, setup as unknown as ScaledSetup);
  for (const decision of [
    decided(7, 'deadlines'),
    decided(5, 'deadlines'),
    decided(6, 'rate'),
    decided(1, 'rate'),
  ])
    watch.decided({ advisers: [{ decision, wish: decision }] } as unknown as ScaledState);
  expect(events).toEqual([
    'cores of m 2 → 7: deadlines need more than the rate does',
    'cores of m 7 → 5: deadlines need no more, though more than the rate does',
    'cores of m 5 → 6: the rate needs as many',
    'cores of m 6 → 1: the rate needs no more',
  ]);
});
