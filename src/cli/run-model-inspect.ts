/** Examines one model, with the lengths that a user gives its dimensions. */
import type { ExaminedModel } from '../domain/model-summary.ts';
import { examineModel } from '../engine/examine-model.ts';
import { openModel } from '../engine/onnx/inspect-model.ts';
import { openProbe } from '../engine/runtime-probe.ts';
import { checkDimNames } from '../profiling/check-dims.ts';
import { assertModelThere } from './assert-model-there.ts';

/** @throws HarpError `bad-input` where this is not a whole ONNX model of tensors, `usage` for a dimension it does not have */
export async function runModelInspect(
  file: string,
  dimensions: readonly { readonly name: string; readonly length: number }[],
  signal: AbortSignal,
): Promise<ExaminedModel> {
  assertModelThere(file);
  const read = openModel(file);
  const dims = Object.fromEntries(dimensions.map(({ name, length }) => [name, length]));
  checkDimNames(dims, [read.summary]);
  const probe = openProbe(signal);
  try {
    return await examineModel(read, dims, probe);
  } finally {
    probe.close();
  }
}
