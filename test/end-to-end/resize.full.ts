/**
 * A real worker moves between one core and two while it runs batches: do their durations follow what sessions made for one core and
 * for two take, as harp profile measures them? Those run in turns with it, so that whoever else uses the machine disturbs all alike.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModel } from '../../src/engine/onnx/create-model.ts';
import { inspectModel } from '../../src/engine/onnx/inspect-model.ts';
import { fixedPlace, startProcessWorker, type WorkerPlace } from '../../src/engine/process-worker.ts';
import type { InferenceWorker } from '../../src/engine/worker-port.ts';
import { parseCoreList } from '../../src/machine/confine.ts';
import { findActuator } from '../../src/machine/find-actuator.ts';
import { usableCores } from '../../src/machine/inventory.ts';
import { WorkerCores } from '../../src/machine/worker-cores.ts';
import { describeModule, type ServedModule } from '../../src/serving/served-module.ts';
import { SlotFile } from '../../src/serving/slot-file.ts';
import { planOf } from '../plan-of.ts';
import { median, tell } from './open-loop.ts';

const ROUNDS = 15;
const BATCHES = 10;
const LIMIT_MS = 20_000;
const cores = usableCores().slice(-2);

let folder: string;
let module: ServedModule;
let slotFile: SlotFile;
let slot: number;
let started = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-resize-'));
  writeFileSync(join(folder, 'model.onnx'), createModel('resnet18', { seed: 1 }));
  const { inputs, outputs } = inspectModel(join(folder, 'model.onnx'));
  module = describeModule(planOf('app', [{ name: 'm', inputs, outputs }]).modules[0]!);
  slotFile = new SlotFile(folder, 'rows', module.layout);
  slot = slotFile.put(module.layout.fields.map(({ bytes }) => new Uint8Array(bytes)));
});

afterAll(() => {
  slotFile.close();
  rmSync(folder, { recursive: true });
});

async function start(threads: number, place: WorkerPlace): Promise<InferenceWorker> {
  started += 1;
  const worker = startProcessWorker(
    {
      ...{ modelFile: join(folder, 'model.onnx'), provider: 'cpu', threads },
      ...{ layout: module.layout, slotFile: slotFile.path, warmUpBatchSizes: [1] },
      outputFiles: [join(folder, `out-${started}-0`), join(folder, `out-${started}-1`)],
    },
    place,
  );
  await worker.ready;
  return worker;
}

/** Durations of batches, two of them under way at any time; `meanwhile` begins in the middle of the first. */
async function runBatches(worker: InferenceWorker, meanwhile?: () => Promise<void>): Promise<number[]> {
  const runs = [worker.run([slot], LIMIT_MS), worker.run([slot], LIMIT_MS)];
  const changed = meanwhile?.();
  for (let batch = 2; batch < BATCHES; batch++) {
    await runs[batch - 2];
    runs.push(worker.run([slot], LIMIT_MS));
  }
  await changed;
  return (await Promise.all(runs)).map(({ computeMs }) => computeMs);
}

const coresOfThreads = (pid: number): number[][] =>
  readdirSync(`/proc/${pid}/task`).map((task) =>
    parseCoreList(
      /Cpus_allowed_list:\t(\S+)/.exec(readFileSync(`/proc/${pid}/task/${task}/status`, 'utf8'))![1]!,
    ),
  );

describe.runIf(cores.length === 2)('a worker under load', () => {
  it('follows the durations of one core and of two, at once, and loses nothing', async () => {
    const { actuator } = findActuator();
    expect(actuator).toBeDefined();
    const held = new WorkerCores(actuator!, [{ cores: [cores[1]!], share: 1 }], cores);
    const moving = await start(2, {
      launch: (command, args) => held.launch(0, command, args),
      resize: (pid, count) => held.resize(0, pid, count),
    });
    const made = {
      1: await start(1, fixedPlace([cores[1]!])),
      2: await start(2, fixedPlace(cores)),
    };
    const ratios: Record<1 | 2, number[]> = { 1: [], 2: [] };
    const durations: Record<1 | 2, number[]> = { 1: [], 2: [] };
    const tookMs: number[] = [];
    let answered = 0;
    for (let round = 0; round < ROUNDS; round++) {
      for (const count of [2, 1] as const) {
        const times = await runBatches(moving, async () => {
          const beganMs = performance.now();
          await moving.resize(count);
          tookMs.push(performance.now() - beganMs);
        });
        for (const allowed of coresOfThreads(moving.pid!)) expect(allowed).toHaveLength(count);
        answered += times.length;
        // The first was under way, and the second had been handed over.
        const own = median(times.slice(2));
        durations[count].push(own);
        ratios[count].push(own / median((await runBatches(made[count])).slice(2)));
      }
    }
    const sorted = tookMs.toSorted((a, b) => a - b);
    tell(
      `${actuator!.name}: one core ${median(durations[1]).toFixed(1)} ms, two ${median(durations[2]).toFixed(1)} ms a batch; ` +
        `${median(ratios[1]).toFixed(3)} and ${median(ratios[2]).toFixed(3)} times those of sessions made for them; ` +
        `a resize ${median(tookMs).toFixed(2)} ms, at most ${sorted.at(-1)!.toFixed(2)} ms`,
    );
    expect(answered).toBe(2 * ROUNDS * BATCHES);
    for (const count of [1, 2] as const) {
      expect(median(ratios[count])).toBeGreaterThan(0.85);
      expect(median(ratios[count])).toBeLessThan(1.15);
    }
    // In force before the batch under way has ended, so for the second one after it in any case.
    expect(median(tookMs)).toBeLessThan(median(durations[2]));
    await Promise.all([moving, made[1], made[2]].map((worker) => worker.stop()));
    actuator!.close();
  }, 240_000);
});
