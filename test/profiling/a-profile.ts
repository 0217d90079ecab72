/** A profile header and measurements to build profiles from, for tests. */
import type { ProfileHeader } from '../../src/profiling/build-profile.ts';
import type { PointOutcome } from '../../src/profiling/measure-point.ts';

export const HEADER: ProfileHeader = {
  hardware: 'local',
  statistic: 'p95',
  model: { name: 'm', file: 'm.onnx', sha256: 'aa', inputs: [], outputs: [] },
  machine: { cpuModel: 'a processor', cores: 4, memoryMiB: 1024, gpus: [] },
  runtime: {
    provider: 'cpu',
    onnxruntime: '1.30.0',
    node: 'v20.20.0',
    threads: 'one per core',
    spinning: false,
  },
  method: { minRuns: 20, dims: { sequence: 128 } },
  measuredAt: '2026-11-22T00:00:00.000Z',
};

export const measured = (p50: number, stable = true): PointOutcome => ({
  kind: 'measured',
  latencyMs: { mean: p50, p50, p95: 2 * p50, p99: 3 * p50, min: p50 / 2, max: 4 * p50, stddev: 1 },
  spreadMs: { mean: p50 / 10, p50: p50 / 10, p95: p50 / 5, p99: p50 },
  runs: 20,
  stable,
  memoryMiB: 100,
  otherLoad: 0.25,
});

export const skipped = (reason: string): PointOutcome => ({ kind: 'skipped', reason });
