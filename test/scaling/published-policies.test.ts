import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastReplicas } from '../../src/scaling/fa2.ts';
import { scalingPolicy } from '../../src/scaling/policies.ts';
import { leastPublished } from '../../src/scaling/sponge-published.ts';
import { configOf, MOST_BATCH, MOST_CORES, yoloMs } from './a-model.ts';

/** Every (a, b) with 1 ≤ a ≤ mostA, 1 ≤ b ≤ mostB, in no order that matters. */
const pairs = (mostA: number, mostB: number): [number, number][] =>
  Array.from({ length: mostA * mostB }, (_, i) => [1 + (i % mostA), 1 + Math.floor(i / mostA)]);

const least = (fitting: [number, number][]): [number, number] | undefined =>
  fitting.toSorted(([a, b], [c, d]) => a - c || b - d)[0];

const rates = fc.integer({ min: 1, max: 60 });
const networks = fc.double({ min: 0, max: 1000, noNaN: true });
const slos = fc.integer({ min: 300, max: 3000 });

describe('sponge-published', () => {
  it('chooses what trying every (b, c) finds: the least cores, then the least batch', () => {
    fc.assert(
      fc.property(rates, networks, slos, (rateRps, networkMs, sloMs) => {
        const found = leastPublished(configOf({ rateRps, sloMs }), networkMs);
        const fits = pairs(MOST_CORES, MOST_BATCH).filter(
          ([c, b]) => Math.ceil(rateRps / b) * Math.trunc(yoloMs(b, c)) + networkMs <= 0.9 * sloMs,
        );
        expect(found && [found.cores, found.batchSize]).toEqual(least(fits));
      }),
    );
  });

  it('keeps its choice, and says that it does not hold, where nothing fits', () => {
    const scaler = scalingPolicy('sponge-published', MOST_CORES)!.scaler(configOf());
    scaler.arrived!(1000 + 5, 1000);
    const current = { instances: 1, cores: 7, batchSize: 3, feasible: true };
    const decision = scaler.tick!(
      { current, deadlinesMs: new Float64Array(0), freeMs: Float64Array.of(2000) },
      2000,
    );
    expect(decision).toEqual({ ...current, feasible: false });
  });
});

describe('fa2', () => {
  it('chooses what trying every (n, b) finds: the least replicas, then the least batch', () => {
    fc.assert(
      fc.property(rates, networks, slos, (rateRps, networkMs, sloMs) => {
        const found = leastReplicas(configOf({ rateRps, sloMs }), networkMs);
        const remaining = sloMs - networkMs;
        const fits = pairs(MOST_CORES, MOST_BATCH).filter(([n, b]) => {
          const l = yoloMs(b, 1);
          const carries = n * Math.floor(remaining / l) * b >= rateRps;
          return (
            l <= remaining && carries && (Math.ceil(rateRps / (n * b)) + 1) * l + networkMs < 0.9 * sloMs
          );
        });
        expect(found && [found.instances, found.batchSize]).toEqual(least(fits));
      }),
    );
  });
});

describe('scaling policies by name', () => {
  const config = configOf();
  it.each([
    ['sponge', { instances: 1, cores: 16, batchSize: 8 }, 'eager'],
    ['sponge-published', { instances: 1, cores: 16, batchSize: 1 }, 'work-conserving'],
    ['fa2', { instances: 16, cores: 1, batchSize: 1 }, 'work-conserving'],
    ['aimd', { instances: 1, cores: 16, batchSize: 8 }, 'eager'],
    ['static:10', { instances: 1, cores: 10, batchSize: 8 }, 'eager'],
    ['static:3/plain', { instances: 1, cores: 3, batchSize: 8 }, 'work-conserving'],
    ['replicas:4', { instances: 4, cores: 1, batchSize: 8 }, 'eager'],
  ])('%s begins with %o and dispatches %s', (name, start, dispatch) => {
    const policy = scalingPolicy(name, MOST_CORES)!;
    expect(policy.start(config)).toEqual(start);
    expect(policy.dispatch).toBe(dispatch);
  });

  it.each(['static', 'static:0', 'static:17', 'static:x', 'sponge:2', 'fa', ''])('%s is none', (name) => {
    expect(scalingPolicy(name, MOST_CORES)).toBeUndefined();
  });
});

describe('aimd', () => {
  it('gives a core back after an interval without a miss, and doubles them after one with', () => {
    const scaler = scalingPolicy('aimd', MOST_CORES)!.scaler(configOf());
    let cores = 9;
    const tick = () => {
      const current = { instances: 1, cores, batchSize: 8, feasible: true };
      ({ cores } = scaler.tick!(
        { current, deadlinesMs: new Float64Array(0), freeMs: Float64Array.of(0) },
        0,
      ));
      return cores;
    };
    expect([tick(), tick()]).toEqual([8, 7]);
    scaler.missed!();
    expect([tick(), tick()]).toEqual([14, 13]);
    scaler.missed!();
    expect(tick()).toBe(16);
  });
});
