import { describe, expect, it } from 'vitest';
import type { FeasiblePlan } from '../../src/domain/plan.ts';
import { configureScaling, scalingConfig } from '../../src/scaling/configure-scaling.ts';
import { scalingPolicy } from '../../src/scaling/policies.ts';
import { createScaled, stepScaled } from '../../src/scaling/scaled-policy.ts';
import { planOf } from '../plan-of.ts';
import { scalablePlan } from './scalable-plan.ts';

const LIMITS = { queueLimit: 50, timerLeadMs: 2, aheadMs: 10 };
const one = scalablePlan('one', [{ name: 'm', singleMs: 40, sharedMs: 160, sloMs: 600 }]);
const configure = (plan: FeasiblePlan, poolCores: number, name = 'sponge', mode = 'vertical' as const) =>
  configureScaling(plan, LIMITS, { mode, policy: scalingPolicy(name, poolCores)!, poolCores });

describe('a plan whose cores follow the deadlines', () => {
  it('begins with what was planned, and grows up to what was profiled and what there is', () => {
    const { setup, scaled } = configure(one, 6);
    expect(setup.workers).toMatchObject([{ id: 0, cores: 1, batchSize: 4 }]);
    expect(scaled.modules[0]!.config.durationsMs).toHaveLength(7);
    expect(configure(one, 32).scaled.modules[0]!.config.durationsMs).toHaveLength(9);
  });

  it('admits what could be answered with all cores, not with those that it begins with', () => {
    const admitted = (poolCores: number): number => {
      const state = createScaled(configure(one, poolCores).scaled);
      stepScaled(state, { kind: 'up', module: 0, worker: 0 }, 0);
      return Array.from({ length: 20 }, (_, request) =>
        stepScaled(state, { kind: 'arrival', requests: [request], route: 0, deadlineMs: 600 }, 0),
      ).filter((decisions) => decisions.every(({ kind }) => kind !== 'shed')).length;
    };
    expect(admitted(8)).toBeGreaterThan(2 * admitted(1));
  });

  it('has fixed cores from the start where the policy says so', () => {
    expect(configure(one, 6, 'static:5').setup.workers).toMatchObject([{ cores: 5 }]);
  });

  it('forms no batches that throughput does not gain by', () => {
    const [module] = planOf('flat', [{ name: 'm', batchSize: 1, durationMs: 10 }]).modules;
    const serviceTimes = [1, 2].flatMap((cores) =>
      [1, 2, 4, 8].map((batchSize) => {
        const durationMs = batchSize * (12 / cores) + (cores === 2 && batchSize === 1 ? 3 : 0);
        return { hardware: 'local', cores, batchSize, durationMs, tailMs: durationMs };
      }),
    );
    // On one core all are as good; on two, one alone is not.
    const { durationsMs } = scalingConfig({ ...module!, serviceTimes }, 2);
    expect(durationsMs[1]).toHaveLength(3);
  });

  it('as advice keeps the plan’s own rules and cores, and says what it would do', () => {
    const { setup, scaled } = configureScaling(one, LIMITS, {
      ...{ mode: 'advisory', policy: scalingPolicy('sponge', 8)!, poolCores: 8 },
    });
    expect(setup.config.modules[0]).toMatchObject({ dispatch: 'planned', aheadMs: 10 });
    const state = createScaled(scaled);
    stepScaled(state, { kind: 'up', module: 0, worker: 0 }, 0);
    const said = [];
    for (let request = 0; request < 80; request++) {
      const nowMs = 50 * request;
      const event = { kind: 'arrival', requests: [request], route: 0, deadlineMs: nowMs + 300 } as const;
      said.push(...stepScaled(state, event, nowMs));
    }
    said.push(...stepScaled(state, { kind: 'tick' }, 4000));
    expect(said.some(({ kind }) => kind === 'resize')).toBe(false);
    expect(state.advisers[0]!.decision.cores).toBeGreaterThan(1);
    expect([...state.holdings.cores]).toEqual([1]);
  });

  it('gives cores back only after two ticks in a row have asked for fewer', () => {
    const { scaled } = configure(one, 8, 'aimd');
    const state = createScaled({
      ...scaled,
      modules: [
        { ...scaled.modules[0]!, decision: { instances: 1, cores: 4, batchSize: 4, feasible: true } },
      ],
    });
    stepScaled(state, { kind: 'up', module: 0, worker: 0 }, 0);
    const cores = [1, 2, 3, 4].map((tick) => {
      stepScaled(state, { kind: 'tick' }, 1000 * tick);
      return state.holdings.cores[0];
    });
    expect(cores).toEqual([4, 3, 3, 2]);
  });

  it('keeps what it has where a resize could not be carried out, and tries again at the next tick', () => {
    const { scaled } = configure(one, 8);
    const state = createScaled(scaled);
    stepScaled(state, { kind: 'up', module: 0, worker: 0 }, 0);
    const arrival = { kind: 'arrival', requests: [0], route: 0, deadlineMs: 600 } as const;
    expect(stepScaled(state, arrival, 0)).toContainEqual({ kind: 'resize', worker: 0, cores: 8 });
    expect(stepScaled(state, { kind: 'kept', worker: 0, cores: 1 }, 1)).not.toContainEqual(
      expect.objectContaining({ kind: 'resize' }),
    );
    expect(state.holdings.cores[0]).toBe(1);
    expect(stepScaled(state, { kind: 'tick' }, 500)).toContainEqual({ kind: 'resize', worker: 0, cores: 8 });
  });

  it.each<[string, FeasiblePlan, number, RegExp]>([
    ['durations on one number of cores', planOf('flat', [{ name: 'm' }]), 4, /on one number of cores only/],
    [
      'more workers than cores',
      scalablePlan('two', [{ name: 'm', singleMs: 1, sharedMs: 1, sloMs: 50, machines: 3 }]),
      2,
      /more cores than this machine has/,
    ],
  ])('refuses %s', (_, plan, poolCores, message) => {
    expect(() => configure(plan, poolCores)).toThrow(message);
  });
});
