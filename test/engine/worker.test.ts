/** What every worker must do, whatever stands behind it: the real engine in a process, and the emulated one. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmulatedWorker } from '../../src/engine/emulated-worker.ts';
import { createModel } from '../../src/engine/onnx/create-model.ts';
import { inspectModel } from '../../src/engine/onnx/inspect-model.ts';
import { fixedPlace, startProcessWorker } from '../../src/engine/process-worker.ts';
import { type InferenceWorker, WorkerLost } from '../../src/engine/worker-port.ts';
import { allowedCores } from '../../src/machine/confine.ts';
import { describeModule, type ServedModule } from '../../src/serving/served-module.ts';
import { SlotFile } from '../../src/serving/slot-file.ts';
import { planOf } from '../plan-of.ts';

const LIMIT_MS = 20_000;

let folder: string;
let module: ServedModule;
let slotFile: SlotFile;
let slots: number[];
let started = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-worker-'));
  writeFileSync(join(folder, 'mlp.onnx'), createModel('mlp', { seed: 1 }));
  const { inputs, outputs } = inspectModel(join(folder, 'mlp.onnx'));
  const [planned] = planOf('app', [{ name: 'mlp', inputs, outputs }]).modules;
  module = describeModule(planned!);
  slotFile = new SlotFile(folder, 'rows', module.layout);
  slots = [0, 0.5, 1, -1].map((value) =>
    slotFile.put(
      module.layout.fields.map(({ bytes }) => new Uint8Array(new Float32Array(bytes / 4).fill(value).buffer)),
    ),
  );
});

afterAll(() => {
  slotFile.close();
  rmSync(folder, { recursive: true });
});

const startReal = (modelFile = join(folder, 'mlp.onnx')): InferenceWorker => {
  started += 1;
  return startProcessWorker(
    {
      modelFile,
      provider: 'cpu',
      threads: 1,
      layout: module.layout,
      slotFile: slotFile.path,
      outputFiles: [join(folder, `out-${started}-0`), join(folder, `out-${started}-1`)],
      warmUpBatchSizes: [1, 4],
    },
    fixedPlace(allowedCores().slice(0, 1)),
  );
};

const startEmulated = (): InferenceWorker =>
  startEmulatedWorker({ durationMs: Float64Array.of(0, 1, 2, 3, 4), outputs: module.outputs });

describe.each([
  ['process', () => startReal()],
  ['emulated', startEmulated],
])('a worker: %s', (_kind, startWorker) => {
  let worker: InferenceWorker;
  beforeAll(async () => {
    worker = startWorker();
    await worker.ready;
  });

  it.each([1, 2, 4])('runs a batch of %i: one row of every output for each', async (size) => {
    const { outputs, computeMs } = await worker.run(slots.slice(0, size), LIMIT_MS);
    expect(outputs).toMatchObject([{ name: 'logits', datatype: 'FP32', dims: [size, 10] }]);
    expect(outputs[0]!.data.length).toBe(size * 10 * 4);
    expect(computeMs).toBeGreaterThan(0);
  });

  it('runs what is given at once one after the other, and answers each with its own', async () => {
    const sizes = [4, 1, 3, 2, 4, 1];
    const outcomes = await Promise.all(sizes.map((size) => worker.run(slots.slice(0, size), LIMIT_MS)));
    expect(outcomes.map(({ outputs }) => outputs[0]!.dims[0])).toEqual(sizes);
  });

  it('ends when it is stopped', async () => {
    await worker.stop();
    expect(await worker.exited).toMatch(/./);
  });
});

describe('the real engine', () => {
  it('gives each row what it gives that row alone', async () => {
    const worker = startReal();
    await worker.ready;
    const floats = ({ data }: { data: Uint8Array }) => [...new Float32Array(Uint8Array.from(data).buffer)];
    const together = floats((await worker.run(slots, LIMIT_MS)).outputs[0]!);
    for (const [row, slot] of slots.entries()) {
      const alone = floats((await worker.run([slot], LIMIT_MS)).outputs[0]!);
      alone.forEach((value, index) => {
        expect(together[row * 10 + index]).toBeCloseTo(value, 5);
      });
    }
    await worker.stop();
  });

  it('a killed worker loses its batches, and says by what it was killed', async () => {
    const worker = startReal();
    await worker.ready;
    process.kill(worker.pid!, 'SIGSTOP'); // so that it cannot be faster
    const lost = [worker.run(slots, LIMIT_MS), worker.run(slots, LIMIT_MS)].map((run) =>
      expect(run).rejects.toThrow(WorkerLost),
    );
    process.kill(worker.pid!, 'SIGKILL');
    await Promise.all(lost);
    expect(await worker.exited).toMatch(/SIGKILL/);
    await expect(worker.run(slots, LIMIT_MS)).rejects.toThrow(WorkerLost);
  });

  it('a file that is no model: refused with the reason', async () => {
    writeFileSync(join(folder, 'bad.onnx'), 'not a model');
    const worker = startReal(join(folder, 'bad.onnx'));
    await expect(worker.ready).rejects.toThrow(/bad.onnx: onnxruntime cannot load this model/);
    await worker.exited;
  });
});
