/** The requests that `harp load` sends in turn: made up from the model's metadata, or read from the user's files. */
import { HarpError } from '../domain/errors.ts';
import { randomInputs } from '../engine/random-inputs.ts';
import { readBytes } from '../files/read-document.ts';
import type { FoundModel } from '../load/find-model.ts';
import { jsonLineRequests, jsonRequest, rawTensor } from '../load/given-inputs.ts';
import type { InferRequest } from '../serving/protocol/infer-message.ts';

export interface InputOptions {
  /** Files, as FILE or NAME=FILE; made up where there are none. */
  readonly input: readonly string[];
  readonly seed: number;
  readonly rows: number;
  /** Lengths of free axes other than the rows, by name. */
  readonly dims: Readonly<Record<string, number>>;
}

/** Requests take turns with so many different inputs. */
const DISTINCT_INPUTS = 8;

/**
 * @returns requests, and the rows of the first
 * @throws HarpError `usage`, `bad-input`
 */
export function loadInputs(
  model: FoundModel,
  options: InputOptions,
): { requests: InferRequest[]; rows: number } {
  if (options.input.length === 0) return { requests: madeUp(model, options), rows: options.rows };
  const requests = given(model, options);
  const first = model.inputs.find(({ shape }) => typeof shape[0] === 'string');
  const tensor = requests[0]!.inputs.find(({ name }) => name === first?.name);
  return { requests, rows: tensor?.dims[0] ?? 1 };
}

const requestOf = (inputs: InferRequest['inputs']): InferRequest => ({
  inputs,
  binaryByDefault: true,
  parameters: {},
});

function madeUp({ inputs }: FoundModel, { seed, rows, dims }: InputOptions): InferRequest[] {
  const strings = inputs.find(({ datatype }) => datatype === 'BYTES');
  if (strings !== undefined) {
    throw new HarpError('bad-input', `input "${strings.name}" takes strings, which harp cannot make up`, {
      hint: 'Give the load real ones: --input FILE',
    });
  }
  return Array.from({ length: DISTINCT_INPUTS }, (_, index) =>
    requestOf(randomInputs(inputs, { batchSize: rows, dims, seed: seed * DISTINCT_INPUTS + index })),
  );
}

interface GivenFile {
  /** Of the input, where it was said. */
  readonly name: string | undefined;
  readonly file: string;
}

function given(model: FoundModel, { input, dims }: InputOptions): InferRequest[] {
  const files = input.map((text) => namedFile(text, model));
  const raw = files.filter(({ file }) => !/\.jsonl?$/.test(file));
  if (raw.length === 0) return files.flatMap(({ file }) => requestsIn(file));
  if (raw.length < files.length) {
    throw new HarpError('usage', 'JSON holds whole requests, other files single tensors', {
      where: '--input',
      expected: 'files of one kind',
      got: input.join(', '),
    });
  }
  const tensorIn = (name: string, file: string) =>
    rawTensor(model.inputs.find((spec) => spec.name === name)!, readBytes(file), dims, file);
  // Of a model with one input every file is a request; otherwise together they are one.
  const [only, ...others] = model.inputs;
  if (others.length === 0) return raw.map(({ file }) => requestOf([tensorIn(only!.name, file)]));
  return [
    requestOf(
      model.inputs.map(({ name }) => {
        const named = raw.find((one) => one.name === name);
        if (named !== undefined) return tensorIn(name, named.file);
        throw new HarpError('usage', `no file for input "${name}"`, {
          where: '--input',
          expected: model.inputs.map((spec) => `${spec.name}=FILE`).join(' '),
          got: input.join(', '),
        });
      }),
    ),
  ];
}

/** A name is only one if an input has it: paths may have equals signs. */
function namedFile(text: string, { inputs }: FoundModel): GivenFile {
  const [, name, file] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  return inputs.some((spec) => spec.name === name) ? { name, file: file! } : { name: undefined, file: text };
}

const requestsIn = (file: string): InferRequest[] =>
  file.endsWith('.jsonl')
    ? jsonLineRequests(readBytes(file).toString('utf8'), file)
    : [jsonRequest(readBytes(file), file)];
