/**
 * The process that measures one point: opens the model, feeds it seeded random inputs, times its runs, sends the outcome
 * to its parent and ends. It ends as well when its parent is gone.
 */
import { HarpError } from '../domain/errors.ts';
import { isOnDevice } from '../domain/provider.ts';
import type { TensorSpec } from '../domain/tensor.ts';
import { toOrtTensor } from '../engine/ort-tensor.ts';
import { randomInputs } from '../engine/random-inputs.ts';
import { openSession } from '../engine/session.ts';
import { watchContention } from '../machine/contention.ts';
import { watchDevices } from '../machine/nvidia.ts';
import { watchOtherLoad } from '../machine/other-load.ts';
import { peakMemoryMiB } from '../machine/peak-memory.ts';
import { startYardstick } from '../machine/yardstick.ts';
import { summarize } from '../numeric/summarize.ts';
import type { MeasuringLimits, PointOutcome } from './measure-point.ts';
import { measureRuns } from './measure-runs.ts';
import { stateSpread } from './state-spread.ts';

/** What the parent passes as the only argument, as JSON. */
export interface WorkerConfig {
  readonly modelFile: string;
  readonly inputs: readonly TensorSpec[];
  readonly provider: string;
  readonly threads: number;
  /** Numbers of the cores that the process may use. */
  readonly cores: readonly number[];
  readonly batchSize: number;
  readonly dims: Readonly<Record<string, number>>;
  readonly seed: number;
  readonly limits: MeasuringLimits;
}

export type WorkerMessage =
  | PointOutcome
  /** No point of this model can be measured. */
  | {
      readonly kind: 'refused';
      readonly code: HarpError['code'];
      readonly message: string;
      readonly hint?: string;
    };

async function measure(config: WorkerConfig): Promise<PointOutcome> {
  const { Tensor } = await import('onnxruntime-node');
  const deviceUse = isOnDevice(config.provider) ? watchDevices() : () => undefined;
  const session = await openSession(config.modelFile, config);
  const feeds = Object.fromEntries(
    randomInputs(config.inputs, config).map((input) => [input.name, toOrtTensor(Tensor, input)]),
  );
  const otherLoad = watchOtherLoad();
  const yardstick = startYardstick();
  const { durationsMs, stable, contention } = await measureRuns(
    () => session.run(feeds),
    () => performance.now(),
    config.limits,
    () => watchContention(config.cores),
    yardstick.look,
  );
  return {
    kind: 'measured',
    latencyMs: { ...summarize(durationsMs) },
    runs: durationsMs.length,
    stable,
    spreadMs: stateSpread(durationsMs),
    yardstickMs: yardstick.ms(),
    memoryMiB: peakMemoryMiB(),
    ...deviceUse(),
    contention,
    otherLoad: otherLoad(),
  };
}

function failure(error: unknown): WorkerMessage {
  if (!(error instanceof HarpError)) return { kind: 'skipped', reason: (error as Error).message };
  const { code, message, details } = error;
  return { kind: 'refused', code, message, ...(details.hint !== undefined && { hint: details.hint }) };
}

process.once('disconnect', () => process.exit());
const message: WorkerMessage = await measure(JSON.parse(process.argv[2]!)).catch(failure);
process.send!(message, () => process.exit());
