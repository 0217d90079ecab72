import { describe, expect, it } from 'vitest';
import { PastArrivals } from '../../src/scaling/past-arrivals.ts';
import type { Scaler, Situation } from '../../src/scaling/scaling-policy.ts';
import { sponge } from '../../src/scaling/sponge.ts';
import { configOf } from './a-model.ts';

describe('past arrivals', () => {
  const seen = (timesMs: number[]): PastArrivals => {
    const past = new PastArrivals();
    for (const timeMs of timesMs) past.add(timeMs);
    return past;
  };
  /** Four requests together, every so often. */
  const bursts = (periodMs: number, untilMs: number): number[] =>
    Array.from({ length: Math.floor(untilMs / periodMs) }, (_, i) => i * periodMs).flatMap((t) => [
      t,
      t,
      t,
      t,
    ]);

  it('has no scenario before there are two seconds of history', () => {
    expect(seen([0, 500, 1000]).scenarios(1900)).toEqual([]);
    expect(new PastArrivals().scenarios(5000)).toEqual([]);
    expect(seen([0, 500, 1000]).scenarios(2000)).toHaveLength(1);
  });

  it.each([400, 700, 1000, 1500, 2300])('finds a period of %i ms by itself', (periodMs) => {
    const nowMs = 25_000 - (25_000 % periodMs) - periodMs + 130;
    const expected = bursts(periodMs, 40_000)
      .map((timeMs) => timeMs - nowMs)
      .filter((timeMs) => timeMs > 0 && timeMs <= 1000);
    const past = seen(bursts(periodMs, 25_000).filter((timeMs) => timeMs <= nowMs));
    const [first] = past.scenarios(nowMs);
    // Moments are looked at every 50 ms.
    expect(first!.length).toBe(expected.length);
    for (const [index, timeMs] of expected.entries())
      expect(Math.abs(first![index]! - timeMs)).toBeLessThanOrEqual(50);
  });

  it('gives ten scenarios at most, of times within the second to come', () => {
    const past = seen(Array.from({ length: 700 }, (_, i) => i * 47));
    const scenarios = past.scenarios(700 * 47);
    expect(scenarios).toHaveLength(10);
    for (const scenario of scenarios)
      for (const timeMs of scenario) expect(timeMs > 0 && timeMs <= 1000).toBe(true);
  });

  it('knows the rate of the last five seconds, or of what there is of them', () => {
    expect(seen(bursts(200, 20_000)).rateRps(19_900)).toBeCloseTo(20, 0);
    expect(seen([0, 100, 200, 300]).rateRps(400)).toBe(4);
  });
});

describe('sponge', () => {
  const config = configOf();
  /** After ten seconds of so many evenly spaced requests a second, each with so much time left. */
  const seasoned = (rateRps: number, remainingMs: number): Scaler => {
    const scaler = sponge.scaler(config);
    for (let timeMs = 0; timeMs < 10_000; timeMs += 1000 / rateRps)
      scaler.arrived!(timeMs + remainingMs, timeMs);
    return scaler;
  };
  const situation = (cores: number, deadlinesMs: number[] = []): Situation => ({
    current: { instances: 1, cores, batchSize: 8, feasible: true },
    deadlinesMs: Float64Array.from(deadlinesMs),
    freeMs: Float64Array.of(10_000),
  });

  it('keeps all cores as long as it has seen nothing', () => {
    expect(sponge.scaler(config).tick!(situation(16), 0)).toMatchObject({
      cores: 16,
      batchSize: 8,
      feasible: true,
    });
  });

  it('gives back what nobody needs', () => {
    const { cores, expectedMisses } = seasoned(5, 900).tick!(situation(16), 10_000);
    expect(cores).toBeLessThan(4);
    expect(expectedMisses).toBe(0);
  });

  it('takes more where less time is left, and says so where even that will not do', () => {
    const coresAt = (remainingMs: number) => seasoned(20, remainingMs).tick!(situation(1), 10_000);
    expect(coresAt(150).cores).toBeGreaterThan(coresAt(900).cores);
    expect(coresAt(900).feasible).toBe(true);
    expect(coresAt(40)).toMatchObject({
      feasible: false,
      expectedMisses: expect.toSatisfy((misses) => misses > 15),
    });
  });

  it('does not buy cores for requests that are lost on any number of them', () => {
    const lost = Array.from({ length: 30 }, () => 10_020);
    const { cores, expectedMisses } = seasoned(5, 900).tick!(situation(2, lost), 10_000);
    expect(cores).toBeLessThan(4);
    expect(expectedMisses).toBe(30);
  });

  it('takes no more cores than help, where a model is slower on more of them', () => {
    const slower = configOf({
      durationsMs: config.durationsMs
        .slice(0, 3)
        .map((ms, cores) => ms.map((one) => one * (cores === 2 ? 3 : 1))),
    });
    const scaler = sponge.scaler(slower);
    for (let timeMs = 0; timeMs < 10_000; timeMs += 50) scaler.arrived!(timeMs + 900, timeMs);
    expect(scaler.tick!(situation(2), 10_000).cores).toBe(1);
  });

  it('only raises before a dispatch', () => {
    const scaler = seasoned(5, 900);
    expect(scaler.beforeDispatch!(situation(9), 10_000).cores).toBe(9);
    expect(scaler.tick!(situation(9), 10_000).cores).toBeLessThan(4);
    expect(seasoned(20, 150).beforeDispatch!(situation(3), 10_000).cores).toBeGreaterThan(3);
  });
});
