import { expect, it } from 'vitest';
import type { FeasiblePlan, ModelReference } from '../../src/domain/plan.ts';
import { describeDrift } from '../../src/serving/describe-drift.ts';
import { planOf } from '../plan-of.ts';

const PLAN = planOf('app', [{ name: 'net' }], 20);
const modelled = (model: Partial<ModelReference>): FeasiblePlan => ({
  ...PLAN,
  modules: PLAN.modules.map((module) => ({ ...module, model: { name: 'net', ...model } })),
});
const DURATIONS = { kind: 'durations', module: 0, ratio: 1.4 } as const;

it.each<[sentence: string, text: string, says: string]>([
  [
    'durations: the model that the user has, into the profile that the plan stands on',
    describeDrift(DURATIONS, {
      plan: modelled({ file: 'net.lifted.onnx', original: '../net.onnx', profile: 'net.profile.json' }),
      planFile: 'plans/net.plan.json',
    }),
    'drift: batches of net take 1.40 times what was planned; measure and plan again: ' +
      'harp profile net.onnx --out plans/net.profile.json, ' +
      'then harp plan plans/net.profile.json --rate 20 --slo 500 --out plans/net.plan.json',
  ],
  [
    'names of files as a shell takes them, and lengths that were measured with',
    describeDrift(DURATIONS, {
      plan: modelled({ file: 'my net.onnx', dims: { seq: 128 } }),
      planFile: '-',
    }),
    "drift: batches of net take 1.40 times what was planned; measure and plan again: harp profile 'my net.onnx' --dim seq=128, " +
      'then harp plan APP --rate 20 --slo 500',
  ],
  [
    'the machine, where it is not the one by default',
    describeDrift(DURATIONS, {
      plan: {
        ...PLAN,
        modules: PLAN.modules.map((module) => ({
          ...module,
          allocations: module.allocations.map((each) => ({ ...each, hardware: 'gpu-a' })),
          measuredOn: { 'gpu-a': { cpuModel: 'x', provider: 'cuda' } },
          model: { name: 'net', file: 'net.onnx' },
        })),
      },
      planFile: '-',
    }),
    'drift: batches of net take 1.40 times what was planned; measure and plan again: ' +
      'harp profile net.onnx --hardware gpu-a --provider cuda, then harp plan APP --rate 20 --slo 500',
  ],
  [
    'batches that take less: no alarm, but a plan that may cost less',
    describeDrift({ ...DURATIONS, ratio: 0.78 }, { plan: modelled({ file: 'net.onnx' }), planFile: '-' }),
    'faster than planned: batches of net take 0.78 times as long as planned; that is room to spare, and another plan may cost less: ' +
      'harp profile net.onnx, then harp plan APP --rate 20 --slo 500',
  ],
  [
    'a rate: with what was measured of it',
    describeDrift({ kind: 'rate', ratio: 1.5 }, { plan: { ...PLAN, reserveMs: 5 }, planFile: 'a.plan.json' }),
    'drift: 1.50 times the planned 20 requests/s arrive; plan again: harp plan APP --rate 30 --slo 500 --reserve 5 --out a.plan.json',
  ],
])('%s', (_, text, says) => {
  expect(text).toBe(says);
});
