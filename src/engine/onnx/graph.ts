/**
 * A graph under construction: nodes, constant tensors, inputs and outputs, in the order in which they are added. Names
 * are given by counting, so that the same calls with the same seed make the same bytes.
 */
import type { Datatype } from '../../domain/tensor.ts';
import { type Random, seededRandom } from '../../numeric/prng.ts';
import { ELEMENT_TYPE } from './element-types.ts';
import { ATTRIBUTE_TYPE, type Message } from './schema.ts';

/** The one dimension of the built models that varies. */
export const BATCH = 'batch';

/** One entry per axis. */
export type Shape = readonly (number | typeof BATCH)[];

/** Numbers are integers in ONNX's attributes unless they are said to be floats. */
export type AttributeValue = number | readonly number[] | { readonly float: number };

/** Operators as of ONNX 1.12 and the file format of that time: what current runtimes all read. */
const OPSET_VERSION = 17;
const IR_VERSION = 8;

export class Graph {
  private readonly name: string;
  private readonly random: Random;
  private readonly nodes: Message<'NodeProto'>[] = [];
  private readonly constants: Message<'TensorProto'>[] = [];
  private readonly inputs: Message<'ValueInfoProto'>[] = [];
  private readonly outputs: Message<'ValueInfoProto'>[] = [];

  constructor(name: string, seed: number) {
    this.name = name;
    this.random = seededRandom(seed);
  }

  addInput(name: string, datatype: Datatype, shape: Shape): void {
    this.inputs.push(valueInfo(name, datatype, shape));
  }

  /** Makes `value` an output of the model, and renames it to `name` wherever it is used. */
  addOutput(name: string, datatype: Datatype, value: string, shape: Shape): void {
    const renamed = (used: string): string => (used === value ? name : used);
    for (const node of this.nodes) {
      node.input = node.input!.map(renamed);
      node.output = node.output!.map(renamed);
    }
    this.outputs.push(valueInfo(name, datatype, shape));
  }

  /**
   * @param inputs names of values; an empty one stands for an optional input left out
   * @param output which of the operator's outputs is wanted: the first as a rule
   * @returns the name of that output, which is also the node's
   */
  addNode(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    { output = 0 } = {},
  ): string {
    const name = this.nextName(operator);
    this.nodes.push({
      name,
      opType: operator,
      input: [...inputs],
      output: [...Array<string>(output).fill(''), name],
      attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
    });
    return name;
  }

  /** Weights drawn uniformly from [low, high). */
  addWeights(shape: readonly number[], low: number, high: number): string {
    const { uniform } = this.random;
    const values = new Float32Array(shape.reduce((product, length) => product * length, 1));
    for (let index = 0; index < values.length; index++) values[index] = low + (high - low) * uniform();
    return this.addConstant('FP32', shape, values);
  }

  /** A single number that nothing learns. */
  addScalar(value: number): string {
    return this.addConstant('FP32', [], Float32Array.of(value));
  }

  /** Integers that say how to compute: a shape, axes, indices. */
  addIntegers(values: readonly number[]): string {
    return this.addConstant('INT64', [values.length], BigInt64Array.from(values, BigInt));
  }

  /** A single index; gathering by it drops the axis. */
  addIndex(value: number): string {
    return this.addConstant('INT64', [], BigInt64Array.of(BigInt(value)));
  }

  toModel(): Message<'ModelProto'> {
    return {
      irVersion: IR_VERSION,
      producerName: 'harp',
      graph: {
        node: this.nodes,
        name: this.name,
        initializer: this.constants,
        input: this.inputs,
        output: this.outputs,
      },
      opsetImport: [{ domain: '', version: OPSET_VERSION }],
    };
  }

  private addConstant(
    datatype: Datatype,
    dims: readonly number[],
    values: Float32Array | BigInt64Array,
  ): string {
    const name = `constant_${this.constants.length}`;
    const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.constants.push({ name, dataType: ELEMENT_TYPE[datatype], dims: [...dims], rawData });
    return name;
  }

  private nextName(operator: string): string {
    return `${operator}_${this.nodes.filter(({ opType }) => opType === operator).length}`;
  }
}

function attribute(name: string, value: AttributeValue): Message<'AttributeProto'> {
  if (typeof value === 'number') return { name, i: value, type: ATTRIBUTE_TYPE.int };
  if ('float' in value) return { name, f: value.float, type: ATTRIBUTE_TYPE.float };
  return { name, ints: [...value], type: ATTRIBUTE_TYPE.ints };
}

const valueInfo = (name: string, datatype: Datatype, shape: Shape): Message<'ValueInfoProto'> => ({
  name,
  type: {
    tensorType: {
      elemType: ELEMENT_TYPE[datatype],
      shape: { dim: shape.map((length) => (length === BATCH ? { dimParam: BATCH } : { dimValue: length })) },
    },
  },
});
