/**
 * Lifts a model of one row to batches of any size, and proves by runs that it computes the same: a row alone in the lifted
 * model, and every row of a batch, must get what the original gives it. Nothing is written unless that holds.
 */
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { LiftOutcome } from '../domain/model-summary.ts';
import { inferShapes } from './infer-shapes.ts';
import type { ReadModel } from './onnx/inspect-model.ts';
import { liftBatch } from './onnx/lift-batch.ts';
import { batchName } from './onnx/lift-draft.ts';
import { mixingOperator, nodeText } from './onnx/mixing-operators.ts';
import { type Model, readModel } from './onnx/read-model.ts';
import { altered, encodeModel } from './onnx/schema.ts';
import type { Comparison, Trial } from './probe-port.ts';
import { ModelRefused, type RuntimeProbe } from './runtime-probe.ts';

export interface LiftOptions {
  /** Lengths of named dimensions. */
  readonly dims: Readonly<Record<string, number>>;
  /** Where the lifted model goes; undefined to find out only whether it can be lifted. */
  readonly target: string | undefined;
}

/** Two batches that share no divisor, from different seeds. */
export const TRIALS: readonly Trial[] = [
  { seed: 1, batchSize: 2 },
  { seed: 2, batchSize: 5 },
];

/** The key under which a lifted file says by its sha256 which model it comes from. */
const ORIGIN = 'harp.lifted_from';

/** @throws the signal's reason where the probe was stopped */
export async function liftModel(
  read: ReadModel,
  { dims, target }: LiftOptions,
  probe: RuntimeProbe,
): Promise<LiftOutcome> {
  const { file, sha256 } = read.summary;
  const obstacle = staticObstacle(read) ?? inTheWay(target);
  if (obstacle !== undefined) return { kind: 'prevented', reason: obstacle };
  const folder = target === undefined ? mkdtempSync(join(tmpdir(), 'harp-lift-')) : dirname(resolve(target));
  const trial = join(folder, `.${basename(target ?? file)}.${process.pid}.lift`);
  try {
    const lifted = marked(await liftBatch(read.model, shapesBy(probe, file, dims)), sha256);
    const proof = await prove(read, lifted, { dims, trial }, probe);
    if (proof.kind === 'lifted' && target !== undefined) {
      // The values between the operators may have been looked at in its place.
      if (proof.overwritten) writeFileSync(trial, encodeModel(lifted));
      renameSync(trial, target);
    }
    return proof.kind === 'lifted'
      ? { kind: 'lifted', axis: batchName(read.model), rows: proof.rows }
      : proof;
  } catch (error) {
    if (!(error instanceof ModelRefused)) throw error;
    return { kind: 'prevented', reason: `onnxruntime does not run the model: ${error.message}` };
  } finally {
    rmSync(trial, { force: true });
    if (target === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

type Proof =
  | { readonly kind: 'lifted'; readonly rows: number; readonly overwritten: boolean }
  | { readonly kind: 'prevented'; readonly reason: string };

/** @param trial the file to write the lifted model to; it holds that model in the end, unless it was overwritten */
async function prove(
  { summary: { file, inputs, externalData }, model }: ReadModel,
  lifted: Model,
  { dims, trial }: { readonly dims: LiftOptions['dims']; readonly trial: string },
  probe: RuntimeProbe,
): Promise<Proof> {
  const axis = batchName(model);
  const compare = (original: string, rowsFirst: boolean): Promise<Comparison> =>
    probe.compare({
      original,
      lifted: trial,
      inputs: inputs.map((spec) => ({ ...spec, shape: [axis, ...spec.shape.slice(1)] })),
      dims,
      trials: TRIALS,
      rowsFirst,
      weightsFolder: externalData ? dirname(resolve(file)) : undefined,
    });

  writeFileSync(trial, encodeModel(lifted));
  const outputs = await compare(file, true);
  if (outputs.kind === 'same' && outputs.varies) return { ...outputs, kind: 'lifted', overwritten: false };

  // Once more with every value between the operators: to name the guilty one, or to have something that varies.
  const exposed = `${trial}.original`;
  try {
    writeFileSync(exposed, encodeModel(withAllOutputs(model)));
    writeFileSync(trial, encodeModel(withAllOutputs(lifted)));
    const values = await compare(exposed, false);
    const holds = outputs.kind === 'same' && values.kind === 'same' && values.varies;
    if (holds) return { ...values, kind: 'lifted', overwritten: true };
    return { kind: 'prevented', reason: explain(model, outputs, values) };
  } finally {
    rmSync(exposed, { force: true });
  }
}

/** What can be seen without running anything. */
function staticObstacle({ summary: { batch, inputs, outputs }, model }: ReadModel): string | undefined {
  if (batch.kind !== 'fixed') return 'its batch axis is not fixed';
  if (batch.size !== 1)
    return `it is made for batches of ${batch.size}, whose rows cannot be tried one by one`;
  const odd = outputs.find(({ shape }) => shape[0] !== 1);
  if (odd) return `output "${odd.name}" has shape [${odd.shape.join(', ')}], not one row on axis 0`;
  const strings = inputs.find(({ datatype }) => datatype === 'BYTES');
  if (strings) return `input "${strings.name}" takes strings, which harp cannot make up`;
  return mixingOperator(model);
}

/** A file that harp did not lift is the user's. */
function inTheWay(target: string | undefined): string | undefined {
  if (target === undefined || !existsSync(target) || liftedFrom(target) !== undefined) return undefined;
  return `${target}, where the lifted model would go, is another file`;
}

/** The sha256 of the model that this file was lifted from; undefined where it was not. */
export function liftedFrom(file: string): string | undefined {
  try {
    return readModel(file).model.metadataProps?.find(({ key }) => key === ORIGIN)?.value ?? undefined;
  } catch {
    return undefined;
  }
}

const marked = (model: Model, sha256: string): Model =>
  altered(model, { metadataProps: [...(model.metadataProps ?? []), { key: ORIGIN, value: sha256 }] });

const shapesBy =
  (probe: RuntimeProbe, file: string, dims: Readonly<Record<string, number>>) =>
  async (model: Model): Promise<ReadonlyMap<string, readonly (number | string)[]>> => {
    const tensors = await inferShapes(model, file, dims, probe);
    return new Map([...tensors].map(([name, { shape }]) => [name, shape]));
  };

/** In the order in which they are computed. */
function withAllOutputs(model: Model): Model {
  const names = (model.graph.node ?? []).flatMap(({ output }) => output ?? []);
  const output = [...new Set(names.filter((name) => name !== ''))].map((name) => ({ name }));
  return altered(model, { graph: altered(model.graph, { output }) });
}

/** @param values compared with those between the operators */
function explain(model: Model, outputs: Comparison, values: Comparison): string {
  if (values.kind === 'different') {
    const node = (model.graph.node ?? []).find(({ output }) => output?.includes(values.value));
    return `${node ? nodeText(node) : `"${values.value}"`} does not keep rows apart: ${values.how}`;
  }
  if (outputs.kind === 'different')
    return `output "${outputs.value}" does not keep rows apart: ${outputs.how}`;
  if (outputs.kind === 'refused') return refusedBy(outputs.message);
  if (values.kind === 'refused') return refusedBy(values.message);
  return 'its values do not depend on its inputs as far as random ones show, so that nothing can be proven';
}

const RUNNING = /while running (\S+) node\. Name:'([^']*)' Status Message: ([\s\S]*)/;

function refusedBy(message: string): string {
  const [, operator, name, status] = RUNNING.exec(message) ?? [];
  if (operator === undefined) return `the lifted model does not run: ${message}`;
  return `the operator ${operator}${name ? ` "${name}"` : ''} does not take a batch: ${status}`;
}
