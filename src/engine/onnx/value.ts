/**
 * Layers as methods of the value they apply to, so that an architecture reads as it is drawn:
 * `images.conv(64, { kernel: 7, stride: 2 }).batchNorm().relu()`. A value knows its shape, and weights follow from it;
 * they are uniform at the scale that keeps the variance of activations (He's rule for convolutions, Glorot's for
 * matrices), so that outputs stay finite and depend on the inputs.
 */
import type { Datatype } from '../../domain/tensor.ts';
import { ELEMENT_TYPE } from './element-types.ts';
import { type AttributeValue, BATCH, type Graph, type Shape } from './graph.ts';
import { type Window, windowAttributes, windows } from './window.ts';

/** A model's input. */
export function input(graph: Graph, name: string, shape: Shape, datatype: Datatype = 'FP32'): Value {
  graph.addInput(name, datatype, shape);
  return new Value(graph, name, shape);
}

/** Values that differ in the length of one axis, joined along it. */
export function concat(values: readonly Value[], axis: number): Value {
  const [first, ...others] = values as [Value, ...Value[]];
  const joined = values.reduce((sum, value) => sum + value.length(axis), 0);
  const shape = first.shape.map((length, index) => (index === axis ? joined : length));
  return first.apply('Concat', shape, others, { axis });
}

export class Value {
  readonly graph: Graph;
  readonly name: string;
  readonly shape: Shape;

  constructor(graph: Graph, name: string, shape: Shape) {
    this.graph = graph;
    this.name = name;
    this.shape = shape;
  }

  /** Of any axis but the batch, which has no fixed length. */
  length(axis: number): number {
    const length = this.shape.at(axis);
    if (typeof length !== 'number') throw new Error(`axis ${axis} of ${this.name} has no fixed length`);
    return length;
  }

  // Images: [batch, channels, height, width]

  get channels(): number {
    return this.length(1);
  }

  /** Depthwise where `groups` is the number of channels. No bias unless asked for: a batchNorm follows as a rule. */
  conv(filters: number, window: Window, { groups = 1, bias = false } = {}): Value {
    const { kernel } = window;
    const depth = this.channels / groups;
    const weights = this.weights([filters, depth, kernel, kernel], Math.sqrt(6 / (depth * kernel ** 2)));
    const inputs = bias ? [weights, this.bias(filters)] : [weights];
    return this.apply('Conv', this.windowed(filters, window), inputs, {
      ...windowAttributes(window),
      group: groups,
    });
  }

  /** With scales (near `gain`), shifts, means and variances such as a trained network might have. */
  batchNorm({ gain = 1 } = {}): Value {
    const around = (middle: number, spread: number): string =>
      this.graph.addWeights([this.channels], middle - spread, middle + spread);
    const inputs = [around(gain, gain / 2), around(0, 0.1), around(0, 0.1), around(1, 0.5)];
    return this.apply('BatchNormalization', this.shape, inputs, { epsilon: { float: 1e-5 } });
  }

  maxPool(window: Window): Value {
    return this.apply('MaxPool', this.windowed(this.channels, window), [], windowAttributes(window));
  }

  /** To [batch, channels]. */
  globalAveragePool(): Value {
    const { channels } = this;
    return this.apply('GlobalAveragePool', [BATCH, channels, 1, 1]).apply('Flatten', [BATCH, channels]);
  }

  // Vectors and sequences: [batch, …, features]

  get features(): number {
    return this.length(-1);
  }

  /** A fully connected layer at every position. */
  dense(units: number): Value {
    const weights = this.weights([this.features, units], Math.sqrt(6 / (this.features + units)));
    const shape = [...this.shape.slice(0, -1), units];
    if (shape.length === 2) return this.apply('Gemm', shape, [weights, this.bias(units)]);
    return this.apply('MatMul', shape, [weights]).apply('Add', shape, [this.bias(units)]);
  }

  /** Integers below `rows` → a learned vector for each. */
  embedding(rows: number, width: number): Value {
    const table = new Value(this.graph, this.weights([rows, width], 1), [rows, width]);
    return table.apply('Gather', [...this.shape, width], [this]);
  }

  /** [batch, steps, features] → state after the last step: [batch, units] */
  lstm(units: number): Value {
    const scale = 1 / Math.sqrt(units);
    const stepsFirst = this.transpose(1, 0, 2);
    const learned = [
      this.weights([1, 4 * units, this.features], scale),
      this.weights([1, 4 * units, units], scale),
      this.weights([1, 8 * units], scale),
    ];
    const inputs = [stepsFirst.name, ...learned];
    const state = this.graph.addNode('LSTM', inputs, { hidden_size: units }, { output: 1 });
    return new Value(this.graph, state, [1, BATCH, units]).apply(
      'Squeeze',
      [BATCH, units],
      [this.graph.addIntegers([0])],
    );
  }

  /** The first position of a sequence: [batch, positions, features] → [batch, features] */
  first(): Value {
    const index = this.graph.addIndex(0);
    return this.apply('Gather', [BATCH, this.features], [index], { axis: 1 });
  }

  matMul(other: Value): Value {
    return this.apply('MatMul', [...this.shape.slice(0, -1), other.features], [other]);
  }

  /** Over the last axis. */
  softmax(): Value {
    return this.apply('Softmax', this.shape, [], { axis: -1 });
  }

  /** Over the last axis. */
  layerNorm(): Value {
    const scale = this.graph.addWeights([this.features], 0.5, 1.5);
    const inputs = [scale, this.weights([this.features], 0.1)];
    return this.apply('LayerNormalization', this.shape, inputs, { axis: -1, epsilon: { float: 1e-12 } });
  }

  // Elementwise

  relu(): Value {
    return this.apply('Relu', this.shape);
  }

  /** The rectifier that saturates at 6. */
  relu6(): Value {
    return this.apply('Clip', this.shape, [this.graph.addScalar(0), this.graph.addScalar(6)]);
  }

  /** x · Φ(x), spelled as exporters do, which runtimes recognise and fuse. */
  gelu(): Value {
    const { graph, shape } = this;
    return this.apply('Div', shape, [graph.addScalar(Math.SQRT2)])
      .apply('Erf', shape)
      .shift(1)
      .apply('Mul', shape, [this])
      .scale(0.5);
  }

  sigmoid(): Value {
    return this.apply('Sigmoid', this.shape);
  }

  tanh(): Value {
    return this.apply('Tanh', this.shape);
  }

  /** `other` is broadcast where it is the smaller one. */
  add(other: Value): Value {
    return this.apply('Add', this.shape, [other]);
  }

  shift(offset: number): Value {
    return this.apply('Add', this.shape, [this.graph.addScalar(offset)]);
  }

  scale(factor: number): Value {
    return this.apply('Mul', this.shape, [this.graph.addScalar(factor)]);
  }

  toFloat(): Value {
    return this.apply('Cast', this.shape, [], { to: ELEMENT_TYPE.FP32 });
  }

  // Shapes

  /** New lengths of all axes but the batch. */
  reshape(...lengths: number[]): Value {
    return this.apply('Reshape', [BATCH, ...lengths], [this.graph.addIntegers([0, ...lengths])]);
  }

  transpose(...axes: number[]): Value {
    const shape = axes.map((axis) => this.shape[axis]!);
    return this.apply('Transpose', shape, [], { perm: axes });
  }

  /** Any operator whose first input is this value. */
  apply(
    operator: string,
    shape: Shape,
    inputs: readonly (Value | string)[] = [],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): Value {
    const names = inputs.map((each) => (typeof each === 'string' ? each : each.name));
    return new Value(this.graph, this.graph.addNode(operator, [this.name, ...names], attributes), shape);
  }

  private windowed(channels: number, window: Window): Shape {
    return [BATCH, channels, windows(this.length(2), window), windows(this.length(3), window)];
  }

  private weights(shape: readonly number[], scale: number): string {
    return this.graph.addWeights(shape, -scale, scale);
  }

  private bias(units: number): string {
    return this.weights([units], 0.1);
  }
}
