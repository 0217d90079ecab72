/**
 * Counts multiply-adds as papers do: one for every weight times value, or value times value, that a convolution, a matrix
 * product, a recurrent layer or an attention computes; not biases, normalisation, activations or pooling. Shapes are the
 * runtime's own.
 */
import { elementCount } from '../../domain/tensor.ts';
import type { Message } from './schema.ts';

type Node = Message<'NodeProto'>;
type Shape = readonly number[];

/** Shape of a value by name; undefined where it is not known. */
export type ShapeOf = (value: string) => Shape | undefined;

export interface MultiplyAdds {
  readonly total: number;
  /** Operator → multiply-adds, the largest first. */
  readonly byOperator: Readonly<Record<string, number>>;
  /** Operators that may multiply too, but were not counted: the total is a lower bound where there are any. */
  readonly notCounted: readonly string[];
}

/** Reads one node's inputs, first output and attributes. */
interface NodeReader {
  has(index: number): boolean;
  input(index: number): Shape;
  output(): Shape;
  integer(attribute: string, otherwise: number): number;
  text(attribute: string): string;
}

/** Thrown where a node's shapes do not tell; never leaves this file. */
const UNKNOWN = Symbol('unknown');

export function multiplyAdds(nodes: readonly Node[], shapeOf: ShapeOf): MultiplyAdds {
  const counts = new Map<string, number>();
  const notCounted = new Set<string>();
  for (const node of nodes) {
    const name = operatorName(node);
    const count = countNode(node, shapeOf);
    if (count === undefined) notCounted.add(name);
    else if (count > 0) counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return {
    total: [...counts.values()].reduce((sum, count) => sum + count, 0),
    byOperator: Object.fromEntries([...counts].sort(([, a], [, b]) => b - a)),
    notCounted: [...notCounted].sort(),
  };
}

/** Operators of other domains than ONNX's own as "domain.Operator". */
export const operatorName = ({ opType, domain }: Node): string =>
  domain && domain !== 'ai.onnx' ? `${domain}.${opType ?? ''}` : (opType ?? '');

/** undefined where it cannot be told. */
function countNode(node: Node, shapeOf: ShapeOf): number | undefined {
  const count =
    COUNTS[operatorName(node)] ?? (node.domain === MICROSOFT ? COUNTS[node.opType ?? ''] : undefined);
  if (count === undefined) return isFree(node) ? 0 : undefined;
  try {
    const result = count(readerOf(node, shapeOf));
    return Number.isFinite(result) && result >= 0 ? result : undefined;
  } catch (error) {
    if (error === UNKNOWN) return undefined;
    throw error;
  }
}

/** Standard operators without a body of their own multiply nothing that is counted; of others nobody knows. */
const isFree = ({ domain, opType, attribute }: Node): boolean =>
  !(attribute ?? []).some(({ g }) => g) &&
  (!domain || domain === 'ai.onnx' || domain === 'ai.onnx.ml' || FREE_ELSEWHERE.test(opType ?? ''));

/** Operators that onnxruntime brings along: ONNX's own as a rule, fused or quantised. */
const MICROSOFT = 'com.microsoft';

const FREE_ELSEWHERE =
  /Gelu$|Normalization$|^QLinear(Add|Mul|Concat|Sigmoid|LeakyRelu|Softmax|(Global)?AveragePool)$|^(Quantize|Dequantize)Linear$/;

function readerOf({ input, output, attribute }: Node, shapeOf: ShapeOf): NodeReader {
  const known = (name: string | undefined): Shape => {
    const shape = name ? shapeOf(name) : undefined;
    if (shape === undefined) throw UNKNOWN;
    return shape;
  };
  const find = (wanted: string) => attribute?.find(({ name }) => name === wanted);
  return {
    has: (index) => Boolean(input?.[index]),
    input: (index) => known(input?.[index]),
    output: () => known(output?.find((name) => name !== '')),
    integer: (wanted, otherwise) => Number(find(wanted)?.i ?? otherwise),
    text: (wanted) => Buffer.from(find(wanted)?.s ?? []).toString('utf8'),
  };
}

/** Every output element sums over the channels of its group and the kernel: W is [filters, channels / group, …kernel]. */
const convolution =
  (weights: number) =>
  ({ input, output }: NodeReader): number =>
    elementCount(output()) * elementCount(input(weights).slice(1));

/** Every input element goes into the filters of its group under the kernel: W is [channels, filters / group, …kernel]. */
const transposedConvolution = ({ input }: NodeReader): number =>
  elementCount(input(0)) * elementCount(input(1).slice(1));

/** Every output element sums over the inner length, the last axis of A unless it is transposed. */
const product = ({ input, output, integer }: NodeReader): number =>
  elementCount(output()) * input(0).at(integer('transA', 0) === 0 ? -1 : -2)!;

/** Every step of every row and direction multiplies input and state by their weights: X is [steps, rows, …] or [rows, steps, …]. */
const recurrent = ({ input }: NodeReader): number => {
  const [first, second] = input(0);
  return first! * second! * (elementCount(input(1)) + elementCount(input(2)));
};

/** Scores Q·Kᵀ, then scores·V, over the positions of K (its last axis but one) where no past is added to them. */
const attention =
  (past: number) =>
  ({ has, input, output }: NodeReader): number => {
    if (has(past)) throw UNKNOWN;
    return (elementCount(input(0)) + elementCount(output())) * input(1).at(-2)!;
  };

/** The same with the projections inside: X [rows, positions, width], W [width, 3·width]; masks and pasts are not looked at. */
const attentionWithProjections = ({ input, output }: NodeReader): number =>
  elementCount(input(0)) * input(1).at(-1)! + 2 * elementCount(output()) * input(0).at(-2)!;

/** A contraction of two operands: every combination of indices once. */
const einsum = ({ input, text }: NodeReader): number => {
  const [left = ''] = text('equation').replaceAll(' ', '').split('->');
  const operands = left.split(',');
  if (operands.length !== 2 || left.includes('.')) throw UNKNOWN;
  const lengths = new Map(
    operands.flatMap((labels, operand) =>
      [...labels].map((label, axis) => [label, input(operand)[axis]!] as const),
    ),
  );
  return elementCount([...lengths.values()]);
};

const COUNTS: Readonly<Record<string, (node: NodeReader) => number>> = {
  Conv: convolution(1),
  FusedConv: convolution(1),
  ConvInteger: convolution(1),
  DeformConv: convolution(1),
  QLinearConv: convolution(3),
  ConvTranspose: transposedConvolution,
  Gemm: product,
  QGemm: product,
  FusedGemm: product,
  MatMul: product,
  MatMulInteger: product,
  QLinearMatMul: product,
  FusedMatMul: product,
  MatMulNBits: product,
  DynamicQuantizeMatMul: product,
  MatMulIntegerToFloat: product,
  LSTM: recurrent,
  GRU: recurrent,
  RNN: recurrent,
  DynamicQuantizeLSTM: recurrent,
  Attention: attention(4),
  'com.microsoft.MultiHeadAttention': attention(6),
  'com.microsoft.Attention': attentionWithProjections,
  'com.microsoft.QAttention': attentionWithProjections,
  Einsum: einsum,
};
