/** What a profile says beside its points: the model, and all that the durations depend on. */
import { dirname, relative } from 'node:path';
import type { Machine } from '../domain/profile.ts';
import type { ModelSummary } from '../engine/onnx/inspect-model.ts';
import { onnxruntimeVersion } from '../engine/runtime-version.ts';
import { canConfine } from '../machine/confine.ts';
import type { ProfileHeader } from '../profiling/build-profile.ts';
import { SETTLING } from '../profiling/settling.ts';
import type { ProfileRequest } from './run-profile.ts';

/** Seeds the inputs. */
export const INPUT_SEED = 1;

/** @param file that the profile is saved to: it names the model's file relative to itself */
export function profileHeader(
  model: ModelSummary,
  file: string,
  { provider, hardware, statistic, dims, limits }: ProfileRequest,
  machine: Machine,
): ProfileHeader {
  const { name, sha256, inputs, outputs } = model;
  return {
    hardware,
    statistic,
    model: { name, file: relative(dirname(file), model.file), sha256, inputs, outputs },
    machine,
    runtime: {
      provider,
      onnxruntime: onnxruntimeVersion(),
      node: process.version,
      threads: 'one per core',
      spinning: false,
    },
    method: {
      ...limits,
      settling: SETTLING,
      confinement: canConfine() ? 'CPU affinity' : 'none',
      inputs: 'seeded random',
      seed: INPUT_SEED,
      dims,
    },
    measuredAt: new Date().toISOString(),
  };
}
