/** What a profile says beside its points: the model, and all that the durations depend on. */
import { dirname, join, relative } from 'node:path';
import type { ModelSummary } from '../domain/model-summary.ts';
import type { ExternalData, Machine, Statistic } from '../domain/profile.ts';
import { onnxruntimeVersion } from '../engine/runtime-version.ts';
import { sha256OfFile } from '../files/sha256-of-file.ts';
import { canConfine } from '../machine/confine.ts';
import type { ProfileHeader } from '../profiling/build-profile.ts';
import type { MeasuringLimits } from '../profiling/measure-point.ts';
import { SETTLING } from '../profiling/settling.ts';

/** Seeds the inputs. */
export const INPUT_SEED = 1;

/** What the user decides about every measurement. */
export interface MeasuringOptions {
  readonly provider: string;
  /** What profiles and price tables call this machine. */
  readonly hardware: string;
  readonly statistic: Statistic;
  /** Lengths of named dimensions other than the batch. */
  readonly dims: Readonly<Record<string, number>>;
  readonly limits: MeasuringLimits;
}

/** How the model that is measured came to its batch axis. */
export type Lifted = NonNullable<ProfileHeader['model']['lifted']>;

/** @param file that the profile is saved to: it names the model's file relative to itself */
export async function profileHeader(
  model: ModelSummary,
  lifted: Lifted | undefined,
  file: string,
  { provider, hardware, statistic, dims, limits }: MeasuringOptions,
  machine: Machine,
): Promise<ProfileHeader> {
  const { name, sha256, inputs, outputs } = model;
  const externalData = await externalDataOf(model);
  const beside = (path: string): string => relative(dirname(file), path);
  return {
    hardware,
    statistic,
    model: {
      name,
      file: beside(model.file),
      sha256,
      ...(externalData.length > 0 && { externalData }),
      inputs,
      outputs,
      ...(lifted && { lifted: { ...lifted, from: beside(lifted.from) } }),
    },
    machine,
    runtime: {
      provider,
      onnxruntime: onnxruntimeVersion(),
      node: process.version,
      threads: 'one per core',
      spinning: false,
      ...(provider === 'webgpu' && vulkanDrivers()),
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

/** The model's own sha256 says nothing about weights that lie beside it. */
async function externalDataOf({ file: modelFile, externalData = [] }: ModelSummary): Promise<ExternalData> {
  const data: ExternalData = [];
  for (const file of externalData)
    data.push({ file, sha256: await sha256OfFile(join(dirname(modelFile), file)) });
  return data;
}

/** What the Vulkan loader was told, where it was: another driver is another device. */
function vulkanDrivers(): { vulkanDrivers?: string } {
  const files = process.env.VK_DRIVER_FILES ?? process.env.VK_ICD_FILENAMES;
  return files === undefined ? {} : { vulkanDrivers: files };
}
