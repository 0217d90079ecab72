/**
 * The five applications of the benchmark, shaped after the field's. Their profiles are synthetic, not measured: durations
 * grow linearly with the batch, within 4 % of unevenness, in the proportions of a T4, an L4 and cores of a server.
 */
import type { HardwareTable } from '../../domain/hardware.ts';
import { frontier } from '../../latency/frontier.ts';
import { type OperatingPoint, operatingPoints } from '../../latency/operating-points.ts';
import { type Random, seededRandom } from '../../numeric/prng.ts';

export interface BenchmarkModule {
  readonly name: string;
  readonly after: readonly string[];
  /** Mean requests of this module per request of the application. */
  readonly perRequest: number;
  readonly points: readonly OperatingPoint[];
}

/** Modules by application, parents before children. */
export type BenchmarkApplications = Readonly<Record<string, readonly BenchmarkModule[]>>;

/** Pinned, so that the benchmark's figures stay what they are when prices change. */
export const BENCHMARK_HARDWARE: HardwareTable = {
  'g4dn.xlarge': {
    pricePerHour: 0.526,
    asOf: '2026-08-26',
    source: 'AWS EC2 on demand, Linux, us-east-1 (instances.vantage.sh); one NVIDIA T4',
  },
  'g6.xlarge': {
    pricePerHour: 0.8048,
    asOf: '2026-08-26',
    source: 'AWS EC2 on demand, Linux, us-east-1 (instances.vantage.sh); one NVIDIA L4',
  },
  'c7i.xlarge': {
    pricePerHour: 0.1785,
    cores: 4,
    asOf: '2026-06-01',
    source: "AWS EC2 on demand, Linux, us-east-1 (as in SkyPilot's catalogue v8); cores are vCPUs",
  },
};

interface Sketch {
  readonly after?: readonly string[];
  readonly perRequest?: number;
  /** Of a batch on a T4, whatever its size. */
  readonly fixedMs: number;
  /** Of each request of a batch on a T4. */
  readonly eachMs: number;
  /** Duration on an L4 over that on a T4. */
  readonly l4: number;
  /** Duration on one core over that on a T4: what a request takes, since cores gain little by batching. */
  readonly core: number;
}

const SKETCHES: Readonly<Record<string, Readonly<Record<string, Sketch>>>> = {
  traffic: {
    detect: { fixedMs: 36, eachMs: 18, l4: 0.6, core: 17 },
    vehicle: { after: ['detect'], perRequest: 1.8, fixedMs: 16, eachMs: 5, l4: 0.68, core: 13 },
    pedestrian: { after: ['detect'], perRequest: 1.2, fixedMs: 20, eachMs: 8, l4: 0.75, core: 15 },
  },
  face: {
    detect: { fixedMs: 24, eachMs: 10, l4: 0.66, core: 14 },
    recognise: { after: ['detect'], perRequest: 1.5, fixedMs: 28, eachMs: 6, l4: 0.55, core: 18 },
  },
  pose: {
    detect: { fixedMs: 36, eachMs: 18, l4: 0.6, core: 17 },
    pose: { after: ['detect'], perRequest: 2, fixedMs: 48, eachMs: 24, l4: 0.72, core: 16 },
  },
  caption: {
    encode: { fixedMs: 32, eachMs: 13, l4: 0.62, core: 20 },
    decode: { after: ['encode'], fixedMs: 120, eachMs: 11, l4: 0.74, core: 12 },
  },
  actdet: {
    detect: { fixedMs: 36, eachMs: 18, l4: 0.6, core: 17 },
    track: { after: ['detect'], fixedMs: 8, eachMs: 3.5, l4: 0.8, core: 9 },
    identify: { after: ['detect'], perRequest: 2.4, fixedMs: 20, eachMs: 5.5, l4: 0.64, core: 14 },
    act: { after: ['track', 'identify'], perRequest: 0.6, fixedMs: 60, eachMs: 32, l4: 0.58, core: 19 },
  },
};

const GPU_BATCHES = [1, 2, 4, 8, 16, 32];
const CPU_BATCHES = [1, 2, 4, 8];
const CPU_CORES = [1, 2, 4];

/** Of the work on a core, the part that more cores do not share. */
const SERIAL = 0.06;

const UNEVENNESS = 0.04;

const SEED = 2412;

export function benchmarkApplications(): BenchmarkApplications {
  const random = seededRandom(SEED);
  return Object.fromEntries(
    Object.entries(SKETCHES).map(([application, modules]) => [
      application,
      Object.entries(modules).map(([name, sketch]) => ({
        name,
        after: sketch.after ?? [],
        perRequest: sketch.perRequest ?? 1,
        points: frontier(operatingPoints(measure(sketch, random), BENCHMARK_HARDWARE), BENCHMARK_HARDWARE),
      })),
    ]),
  );
}

function measure({ fixedMs, eachMs, l4, core }: Sketch, random: Random) {
  const uneven = (ms: number): number => ms * (1 + UNEVENNESS * (2 * random.uniform() - 1));
  const onGpu = (hardware: string, ratio: number) =>
    GPU_BATCHES.map((batchSize) => ({
      hardware,
      cores: 1,
      batchSize,
      durationMs: uneven(ratio * (fixedMs + eachMs * batchSize)),
    }));
  const onCores = CPU_CORES.flatMap((cores) =>
    CPU_BATCHES.map((batchSize) => ({
      hardware: 'c7i.xlarge',
      cores,
      batchSize,
      durationMs: uneven(core * (fixedMs / 4 + eachMs * batchSize) * (SERIAL + (1 - SERIAL) / cores)),
    })),
  );
  return [...onGpu('g4dn.xlarge', 1), ...onGpu('g6.xlarge', l4), ...onCores];
}
