/** Whether a model takes batches of any size: axis 0 of all inputs must be one and the same named dimension. */
import type { BatchAxis } from '../../domain/model-summary.ts';

export interface ShapedValue {
  readonly name: string;
  /** undefined where the model does not say. */
  readonly shape: readonly (number | string)[] | undefined;
}

export function batchAxis(inputs: readonly ShapedValue[], outputs: readonly ShapedValue[]): BatchAxis {
  const [first, ...others] = inputs;
  if (first === undefined) return { kind: 'none', reason: 'the model has no inputs' };
  const batch = first.shape?.[0];
  if (batch === undefined) return { kind: 'none', reason: `input ${told(first)}, so no axis 0` };

  const odd = others.find(({ shape }) => shape?.[0] !== batch);
  if (odd) {
    return { kind: 'none', reason: `input ${told(first)} but input ${told(odd)}: they do not share axis 0` };
  }
  if (typeof batch === 'number') return { kind: 'fixed', size: batch, reason: `input ${told(first)}` };

  // An output may call its axis 0 differently, but must not lack it.
  const fixed = outputs.find(({ shape }) => shape !== undefined && typeof shape[0] !== 'string');
  if (fixed) return { kind: 'none', reason: `output ${told(fixed)}, whatever the batch` };
  return { kind: 'symbolic', name: batch };
}

function told({ name, shape }: ShapedValue): string {
  if (shape === undefined) return `"${name}" has no known shape`;
  return shape.length === 0 ? `"${name}" is a scalar` : `"${name}" has shape [${shape.join(', ')}]`;
}
