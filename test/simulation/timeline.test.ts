import { describe, expect, it } from 'vitest';
import { LogHistogram } from '../../src/numeric/log-histogram.ts';
import { latencyBins, roundUp } from '../../src/simulation/latency-bins.ts';
import { Timeline } from '../../src/simulation/timeline.ts';

describe('timeline', () => {
  it('tells each interval what was sent and ended in it, and how many were left', () => {
    const timeline = new Timeline(1000);
    for (const ms of [0, 100, 900, 2500]) timeline.sent(ms);
    timeline.started(2, 500);
    timeline.ended('served', 950);
    timeline.ended('late', 1200);
    timeline.ended('expired', 2000);
    timeline.ended('served', 2600);
    const told = timeline.intervals(3);
    expect(
      told.map(({ timeMs, sent, requests, served, queue }) => [timeMs, sent, requests, served, queue]),
    ).toEqual([
      [0, 3, 1, 1, 2],
      [1000, 0, 1, 0, 1],
      [2000, 1, 2, 1, 0],
    ]);
    expect(told[0]).toMatchObject({ attainment: 1, violations: 0, cores: 3, batchSize: 2 });
    expect(told[2]).toMatchObject({ attainment: 0.5, violations: 1, expired: 1, batchSize: 0 });
  });

  it('cannot be feasible where it was overloaded once', () => {
    const timeline = new Timeline(1000);
    timeline.sent(100);
    timeline.overloaded(1500);
    timeline.sent(2500);
    expect(timeline.intervals(1).map(({ feasible }) => feasible)).toEqual([true, false, true]);
  });

  it('merges intervals where a run is longer than expected: the same counts, in bounded memory', () => {
    const timeline = new Timeline(1);
    for (let ms = 0; ms < 100_000; ms++) {
      timeline.sent(ms);
      timeline.ended(ms % 4 === 0 ? 'late' : 'served', ms + 0.5);
    }
    const told = timeline.intervals(1);
    expect(told.length).toBeLessThanOrEqual(240);
    expect(told.reduce((sum, { requests }) => sum + requests, 0)).toBe(100_000);
    expect(told.every(({ timeMs }, index) => timeMs === index * told[1]!.timeMs)).toBe(true);
    expect(told.every(({ attainment, queue }) => attainment === 0.75 && queue === 0)).toBe(true);
  });
});

describe('latency bins', () => {
  it.each([
    { value: 0.7, up: 1 },
    { value: 1, up: 1 },
    { value: 1.1, up: 2 },
    { value: 30, up: 50 },
    { value: 51, up: 100 },
    { value: 0.0021, up: 0.005 },
    { value: 0, up: 1 },
  ])('$value rounds up to $up', ({ value, up }) => expect(roundUp(value)).toBeCloseTo(up, 12));

  it('hold every latency once, one at an edge below it', () => {
    const latencies = new LogHistogram();
    for (const ms of [0, 10, 10, 11, 199, 200]) latencies.add(ms);
    const bins = latencyBins(latencies);
    expect(bins).toHaveLength(20);
    expect(bins.flatMap(({ fromMs, count }) => (count > 0 ? [[fromMs, count]] : []))).toEqual([
      [0, 3],
      [10, 1],
      [190, 2],
    ]);
  });
});
