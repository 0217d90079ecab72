/**
 * Bytes that a run moves if every operator reads its inputs from memory and writes its outputs there: what fused operators
 * and caches save is left out, so that the figure depends on the model alone. Weights count once, and of a table that is
 * looked up only what is taken out. Operators that only rename an array move nothing.
 */
import { elementCount } from '../../domain/tensor.ts';
import { elementBytes } from './element-types.ts';
import { nodeConstant } from './node-constant.ts';
import type { Message } from './schema.ts';

export interface MemoryTraffic {
  readonly weightBytes: number;
  /** Of values between operators: written once, and read once by each that uses them. */
  readonly activationBytes: number;
}

/** @param bytesOf size of a value by name; undefined where it is not known: it counts as nothing */
export function memoryTraffic(
  { node: nodes, initializer }: Message<'GraphProto'>,
  bytesOf: (value: string) => number | undefined,
): MemoryTraffic {
  const stored = new Map((initializer ?? []).map((tensor) => [tensor.name ?? '', tensor]));
  const weights = new Map([...stored].map(([name, tensor]) => [name, tensorBytes(tensor)]));
  const computing = (nodes ?? []).filter((node) => {
    const made = nodeConstant(node, stored);
    if (made) weights.set(node.output?.[0] ?? '', tensorBytes(made));
    return made === undefined && !RENAMES.has(node.opType ?? '');
  });

  const used = new Map<string, number>();
  let activationBytes = 0;
  for (const { opType, input, output } of computing) {
    for (const name of output ?? []) activationBytes += bytesOf(name) ?? 0;
    for (const name of input ?? []) {
      const weight = weights.get(name);
      if (weight === undefined) activationBytes += bytesOf(name) ?? 0;
      else
        used.set(name, opType === 'Gather' ? Math.min(weight, bytesOf(output?.[0] ?? '') ?? weight) : weight);
    }
  }
  return { weightBytes: [...used.values()].reduce((sum, bytes) => sum + bytes, 0), activationBytes };
}

const RENAMES: ReadonlySet<string> = new Set([
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Identity',
  'Shape',
  'Size',
]);

const tensorBytes = ({ dims, dataType }: Message<'TensorProto'>): number =>
  elementCount((dims ?? []).map(Number)) * (elementBytes(dataType ?? 0) ?? 0);
