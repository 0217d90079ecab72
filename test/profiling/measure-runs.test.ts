import { describe, expect, test } from 'vitest';
import type { MeasuringLimits } from '../../src/profiling/measure-point.ts';
import { measureRuns } from '../../src/profiling/measure-runs.ts';

const LIMITS: MeasuringLimits = {
  warmUpMs: 50,
  warmUpRuns: 3,
  minDurationMs: 100,
  minRuns: 10,
  maxDurationMs: 1000,
};

/** A model on a clock of its own: the n-th run, warm-up included, takes `durationMs(n)`. */
function onVirtualClock(durationMs: (run: number) => number) {
  let nowMs = 0;
  let runs = 0;
  return {
    runOnce: async () => {
      nowMs += durationMs(runs++);
    },
    nowMs: () => nowMs,
    total: () => ({ runs, nowMs }),
  };
}

describe('the measuring loop', () => {
  test('a fast model runs until the minimum duration is over', async () => {
    const model = onVirtualClock(() => 1);
    const { durationsMs, stable } = await measureRuns(model.runOnce, model.nowMs, LIMITS);
    expect({ runs: durationsMs.length, stable }).toEqual({ runs: 100, stable: true });
    expect(model.total().runs).toBe(150);
  });

  test('a slow model runs until there are enough runs, after the fewest for warming up', async () => {
    const model = onVirtualClock(() => 40);
    const { durationsMs, stable } = await measureRuns(model.runOnce, model.nowMs, LIMITS);
    expect({ runs: durationsMs.length, stable }).toEqual({ runs: 10, stable: true });
    expect(model.total().runs).toBe(13);
  });

  test('what is slow while warming up does not count', async () => {
    const model = onVirtualClock((run) => (run < 3 ? 500 : 5));
    const { durationsMs } = await measureRuns(model.runOnce, model.nowMs, LIMITS);
    expect(Math.max(...durationsMs)).toBe(5);
  });

  test('goes on while it drifts, and stops once it has settled', async () => {
    const model = onVirtualClock((run) => (run < 60 ? 4 - run / 20 : 1));
    const { durationsMs, stable } = await measureRuns(model.runOnce, model.nowMs, LIMITS);
    expect(stable).toBe(true);
    expect(durationsMs.length).toBeGreaterThan(60);
  });

  test('what is looked at between runs does not count as part of them', async () => {
    const model = onVirtualClock(() => 5);
    let looks = 0;
    const look = () => {
      looks++;
      void model.runOnce(); // takes as long as a run
    };
    const { durationsMs } = await measureRuns(model.runOnce, model.nowMs, LIMITS, undefined, look);
    expect(new Set(durationsMs)).toEqual(new Set([5]));
    expect(looks).toBe(durationsMs.length);
  });

  test('gives up at the cap where it never settles, and says so', async () => {
    const model = onVirtualClock((run) => 1 + run / 50);
    const { durationsMs, stable } = await measureRuns(model.runOnce, model.nowMs, LIMITS);
    const sumMs = durationsMs.reduce((sum, duration) => sum + duration, 0);
    expect(stable).toBe(false);
    expect(sumMs).toBeGreaterThanOrEqual(LIMITS.maxDurationMs);
    expect(sumMs).toBeLessThan(LIMITS.maxDurationMs + durationsMs.at(-1)!);
  });

  test('a model too slow for enough runs before the cap is unstable', async () => {
    const model = onVirtualClock(() => 300);
    expect(await measureRuns(model.runOnce, model.nowMs, LIMITS)).toEqual({
      durationsMs: [300, 300, 300, 300],
      stable: false,
      contention: 0,
    });
  });

  test('a run that fails ends the measurement with its error', async () => {
    const failing = async () => {
      throw new Error('the runtime refused this batch');
    };
    await expect(measureRuns(failing, () => 0, LIMITS)).rejects.toThrow('refused this batch');
  });

  /** Others take half of the cores until a moment: runs take twice as long until then. */
  function besideOthers(untilMs: number) {
    let nowMs = 0;
    return {
      runOnce: async () => {
        nowMs += nowMs < untilMs ? 8 : 4;
      },
      nowMs: () => nowMs,
      watch: () => {
        const sinceMs = nowMs;
        return () => (0.5 * Math.max(0, Math.min(nowMs, untilMs) - sinceMs)) / (nowMs - sinceMs);
      },
    };
  }

  test('takes longer where others had its cores, and forgets what it measured meanwhile', async () => {
    const { runOnce, nowMs, watch } = besideOthers(400);
    const { durationsMs, stable, contention } = await measureRuns(runOnce, nowMs, LIMITS, watch);
    expect({ stable, contention, durations: new Set(durationsMs) }).toEqual({
      stable: true,
      contention: 0,
      durations: new Set([4]),
    });
    expect(nowMs()).toBeGreaterThan(500);
  });

  test('is not stable where others never leave, however steady the figures, and says what they took', async () => {
    const { runOnce, nowMs, watch } = besideOthers(Number.MAX_VALUE);
    const { durationsMs, stable, contention } = await measureRuns(runOnce, nowMs, LIMITS, watch);
    expect({ stable, contention, durations: new Set(durationsMs) }).toEqual({
      stable: false,
      contention: 0.5,
      durations: new Set([8]),
    });
    expect(nowMs()).toBeLessThan(LIMITS.warmUpMs + LIMITS.maxDurationMs + 2 * 8);
  });

  test('where the cap ends it, what was least disturbed is told', async () => {
    const { runOnce, nowMs } = besideOthers(0);
    const shares = [0.4, 0.1, 0.3, 0.2, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.96];
    const { contention, stable } = await measureRuns(runOnce, nowMs, LIMITS, () => {
      const share = shares.shift()!;
      return () => share;
    });
    expect({ contention, stable }).toEqual({ contention: 0.1, stable: false });
  });
});
