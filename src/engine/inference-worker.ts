/**
 * The process of one worker: opens the model, warms up, then reads jobs from a socket, one after the other and blocking,
 * since a run blocks the thread anyway. Rows come from a slot file, outputs go to one of two files in turn, so that the
 * next batch never overwrites what has not been read. It ends when its parent closes the socket.
 */
import { openSync, readSync, writeSync } from 'node:fs';
import type { InferenceSession } from 'onnxruntime-node';
import { counted } from '../domain/counted.ts';
import { isOutOfMemory } from './explain-refusal.ts';
import { toOrtTensor } from './ort-tensor.ts';
import { DATATYPE_OF, openSession } from './session.ts';
import { InputRefused, type RowField, type RowLayout } from './worker-port.ts';
import { writeFully } from './write-fully.ts';

/** What the parent passes as the only argument, as JSON. */
export interface WorkerConfig {
  readonly modelFile: string;
  readonly provider: string;
  readonly threads: number;
  readonly layout: RowLayout;
  readonly slotFile: string;
  /** Batches leave their outputs in these in turn. */
  readonly outputFiles: readonly [string, string];
  /** Run before the worker counts as ready. */
  readonly warmUpBatchSizes: readonly number[];
}

/** One job: the slots of a batch's rows. */
export interface Job {
  readonly slots: readonly number[];
}

export interface OutputRef {
  readonly name: string;
  readonly datatype: string;
  readonly dims: readonly number[];
  readonly offset: number;
  readonly bytes: number;
}

export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'done'; readonly computeMs: number; readonly outputs: readonly OutputRef[] }
  /** `byEngine`: it does not run these rows; otherwise something else went wrong. */
  | { readonly kind: 'failed'; readonly message: string; readonly byEngine: boolean };

const CONTROL = 3;

const say = (message: WorkerMessage): void => {
  writeSync(CONTROL, `${JSON.stringify(message)}\n`);
};

/** The next line from the parent, or undefined when it is gone. */
function lineReader(): () => string | undefined {
  const chunk = Buffer.alloc(64 * 1024);
  let text = '';
  return () => {
    for (;;) {
      const end = text.indexOf('\n');
      if (end >= 0) {
        const line = text.slice(0, end);
        text = text.slice(end + 1);
        return line;
      }
      const count = readSync(CONTROL, chunk);
      if (count === 0) return undefined;
      text += chunk.toString('utf8', 0, count);
    }
  };
}

async function main(): Promise<void> {
  const config: WorkerConfig = JSON.parse(process.argv[2]!);
  const { Tensor } = await import('onnxruntime-node');
  const session = await openSession(config.modelFile, config);
  const slotFile = openSync(config.slotFile, 'r');
  const outputFiles = config.outputFiles.map((file) => openSync(file, 'w'));

  /** By input, for as many rows as there ever were: fresh memory for every batch keeps the garbage collector busy. */
  const inputs = new Map<string, Buffer>();
  const inputOf = ({ name, bytes }: RowField, batch: number): Buffer => {
    const known = inputs.get(name);
    if (known !== undefined && known.length >= bytes * batch) return known.subarray(0, bytes * batch);
    const data = Buffer.alloc(bytes * batch);
    inputs.set(name, data);
    return data;
  };

  const runBatch = async (rows: number, fill: (field: RowField, data: Buffer) => void) => {
    const batch = config.layout.fixedBatch ?? rows;
    const feeds = config.layout.fields.map((field) => {
      const data = inputOf(field, batch);
      fill(field, data);
      const dims = [batch, ...field.dims];
      return [field.name, toOrtTensor(Tensor, { ...field, dims, data })] as const;
    });
    const started = performance.now();
    const outputs = await session.run(Object.fromEntries(feeds)).catch(({ message }: Error) => {
      throw isOutOfMemory(message) ? new Error(message) : new InputRefused(message);
    });
    return { outputs, batch, computeMs: performance.now() - started };
  };

  for (const batchSize of config.warmUpBatchSizes) await runBatch(batchSize, () => {});
  say({ kind: 'ready' });

  const nextLine = lineReader();
  for (let turn = 0; ; turn = 1 - turn) {
    const line = nextLine();
    if (line === undefined) return;
    const { slots }: Job = JSON.parse(line);
    try {
      const { outputs, batch, computeMs } = await runBatch(slots.length, (field, data) => {
        for (const [row, slot] of slots.entries()) {
          readSync(
            slotFile,
            data,
            row * field.bytes,
            field.bytes,
            slot * config.layout.rowBytes + field.offset,
          );
        }
      });
      say({
        kind: 'done',
        computeMs,
        outputs: writeOutputs(outputFiles[turn]!, outputs, slots.length, batch),
      });
    } catch (error) {
      const byEngine = error instanceof InputRefused;
      say({ kind: 'failed', message: (error as Error).message, byEngine });
    }
  }
}

/** Writes the first `rows` of the `batch` rows of every output, one output after the other. */
function writeOutputs(
  file: number,
  outputs: InferenceSession.OnnxValueMapType,
  rows: number,
  batch: number,
): OutputRef[] {
  let offset = 0;
  return Object.entries(outputs).map(([name, tensor]) => {
    if (batch > 1 && tensor.dims[0] !== batch) {
      throw new Error(
        `output "${name}" is [${tensor.dims}]: it has no row for each of ${counted(batch, 'request')}`,
      );
    }
    const array = tensor.data as Float32Array;
    const bytes = Buffer.from(array.buffer, array.byteOffset, (array.byteLength / batch) * rows);
    writeFully(file, bytes, offset);
    // A model of one request at a time says itself how many rows it found.
    const dims = batch > 1 ? [rows, ...tensor.dims.slice(1)] : tensor.dims;
    const ref = { name, datatype: DATATYPE_OF[tensor.type]!, dims, offset, bytes: bytes.length };
    offset += bytes.length;
    return ref;
  });
}

main().then(
  () => process.exit(0),
  (error: Error) => {
    say({ kind: 'refused', message: error.message });
    process.exit(1);
  },
);
