/** What the live page is fed from, at times that the tests choose. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LiveReport, liveReportSchema } from '../../src/domain/live-report.ts';
import { plannedWorkers } from '../../src/policy/configure-policy.ts';
import { CrewRecord } from '../../src/serving/live/crew-record.ts';
import { LatencyBins } from '../../src/serving/live/latency-bins.ts';
import { makeLiveReport } from '../../src/serving/live/make-live-report.ts';
import { RequestRecord } from '../../src/serving/live/request-record.ts';
import { KEPT_SECONDS, SecondTable } from '../../src/serving/live/second-table.ts';
import { planOf } from '../plan-of.ts';

describe('figures by second', () => {
  it('are those that a plain list would give, as far back as they are kept', () => {
    const second = fc.integer({ min: 0, max: 3 * KEPT_SECONDS });
    fc.assert(
      fc.property(fc.array(fc.tuple(second, fc.integer({ min: 1, max: 9 }))), (writes) => {
        const table = new SecondTable(2);
        const sorted = writes.toSorted(([a], [b]) => a - b);
        for (const [at, value] of sorted) table.add(at, 1, value);
        const last = sorted.at(-1)?.[0] ?? 0;
        const first = last - KEPT_SECONDS + 1;
        const kept = sorted.filter(([at]) => at >= first);
        expect(table.sum(1, last, KEPT_SECONDS)).toBe(kept.reduce((sum, [, value]) => sum + value, 0));
        expect(table.sum(0, last, KEPT_SECONDS)).toBe(0);
      }),
    );
  });

  it('forget what is older than they are kept', () => {
    const table = new SecondTable(1);
    table.add(5 + KEPT_SECONDS, 0, 1);
    table.add(5, 0, 7);
    expect(table.at(5, 0)).toBe(0);
    expect(table.at(5 + KEPT_SECONDS, 0)).toBe(1);
  });

  it('tell latencies of a second that is over as they were, whatever came between', () => {
    const seconds = fc.array(fc.integer({ min: 0, max: 3 * KEPT_SECONDS }), { minLength: 1 });
    fc.assert(
      fc.property(seconds, (unsorted) => {
        const bins = new LatencyBins();
        const sorted = unsorted.toSorted((a, b) => a - b);
        for (const second of sorted) bins.add(second, 1 + second);
        const last = sorted.at(-1)!;
        for (let second = Math.max(0, last - KEPT_SECONDS + 1); second <= last; second++) {
          expect(bins.of(second)?.max).toBe(sorted.includes(second) ? 1 + second : undefined);
        }
      }),
    );
  });

  it('give quantiles of latencies to three percent, and the slowest exactly', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.1, max: 1e4, noNaN: true }), { minLength: 1 }), (latencies) => {
        const bins = new LatencyBins();
        for (const [index, ms] of latencies.entries())
          bins.add(Math.floor((3 * index) / latencies.length), ms);
        const sorted = latencies.toSorted((a, b) => a - b);
        const { p50, p99, max } = bins.over(2, 3)!;
        const exact = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1]!;
        expect(Math.abs(p50 / exact(0.5) - 1)).toBeLessThan(0.03);
        expect(Math.abs(p99 / exact(0.99) - 1)).toBeLessThan(0.03);
        expect(max).toBe(sorted.at(-1));
      }),
    );
  });
});

describe('the live report', () => {
  const plan = planOf('app', [{ name: 'a', batchSize: 4, durationMs: 40, machines: 2 }, { name: 'b' }], 20);
  const told = { version: 'test', startedAt: '', at: '', state: 'ready' as const, notices: [] };
  const at = (
    seconds: number,
    fill: (requests: RequestRecord, crew: CrewRecord) => void,
    sinceMs = 0,
  ): LiveReport => {
    const requests = new RequestRecord();
    const crew = new CrewRecord(2, plannedWorkers(plan));
    fill(requests, crew);
    return makeLiveReport(told, { plan, requests, crew }, sinceMs, seconds * 1000);
  };

  it('ends with the last whole second, and begins where the daemon did', () => {
    const report = at(
      14,
      (requests) => {
        for (const second of [10, 11, 12, 13, 14]) requests.arrived(second, second * 1000 + 500);
      },
      10_200,
    );
    expect(report.series.offered).toEqual([10, 11, 12, 13]);
    expect(report.recent.offeredRps).toBe(46 / 4);
    expect(report.totals.offered).toBe(60);
  });

  it('is what its schema says, with requests and without', () => {
    const filled = at(3, (requests) => requests.ended('served', 2, 100, 1000));
    for (const report of [filled, at(3, () => {})]) {
      expect(liveReportSchema.safeParse(JSON.parse(JSON.stringify(report))).error).toBeUndefined();
    }
  });

  it('never grows beyond five minutes', () => {
    const { series, modules } = at(10_000, () => {});
    const lengths = [...(Object.values(series) as number[][]), ...modules.map(({ queued }) => queued)].map(
      ({ length }) => length,
    );
    expect(new Set(lengths)).toEqual(new Set([KEPT_SECONDS - 1]));
  });

  it('counts everything that ended but those who hung up for the share in time', () => {
    const { recent, series } = at(2, (requests) => {
      requests.ended('served', 6, 100, 1000);
      requests.ended('late', 1, 900, 1000);
      requests.ended('shed', 2, 1, 1000);
      requests.ended('failed', 1, 1, 1000);
      requests.ended('cancelled', 5, 1, 1000);
    });
    expect(recent.attainment).toBe(0.6);
    expect(series.p50Ms).toEqual([null, expect.closeTo(100, -1)]);
    expect(series.maxMs).toEqual([null, 900]);
    expect(recent.latencyMs).toMatchObject({ max: 900 });
  });

  it('has nothing to say where nothing has ended', () => {
    const { recent, latencyMs, modules } = at(2, () => {});
    expect(recent).toMatchObject({ attainment: null, latencyMs: null });
    expect(latencyMs).toBeNull();
    expect(modules[0]).toMatchObject({ batchSize: null, durationMs: null, plannedDurationMs: null, busy: 0 });
  });

  it('spreads a batch over the seconds in which it ran', () => {
    const { series, workers, modules } = at(4, (_, crew) => {
      crew.batchRun({ module: 0, worker: 1, size: 3, computeMs: 1500, plannedMs: 1200, cores: 1 }, 3200);
    });
    expect(series.busyCores).toEqual([0, 0.3, 1, 0.2]);
    expect(workers.map(({ busy }) => busy)).toEqual([0, 1500 / 4000, 0]);
    expect(workers[1]).toMatchObject({ module: 'a', batchSize: 3, fullBatchSize: 4 });
    expect(modules[0]).toMatchObject({
      batchSize: 3,
      batchSizes: [0, 0, 1, 0],
      durationMs: 1500,
      plannedDurationMs: 1200,
      rateRps: 0.8,
      plannedRateRps: 20,
    });
  });

  it('tells what a worker is about, how often it was lost, and the longest queue of each second', () => {
    const { workers, modules } = at(3, (_, crew) => {
      crew.workerUp(0);
      crew.workerUp(1);
      crew.workerLost(1);
      for (const [queued, ms] of [
        [2, 1100],
        [7, 1200],
        [3, 1900],
      ] as const)
        crew.queueSeen(1, queued, ms);
    });
    expect(workers.map(({ state, losses }) => `${state} ${losses}`)).toEqual([
      'up 0',
      'lost 1',
      'starting 0',
    ]);
    expect(modules[1]!.queued).toEqual([0, 7, 0]);
  });
});
