/** Why onnxruntime did not open a model, by what it says: its words are the only sign it gives (read off version 1.30). */
import { HarpError } from '../domain/errors.ts';

const OUT_OF_MEMORY = /bad_alloc|out of memory|failed to allocate/i;

/** @param message of onnxruntime */
export const isOutOfMemory = (message: string): boolean => OUT_OF_MEMORY.test(message);

const UNKNOWN_OPERATOR =
  /No Op registered for (\S+)|Fatal error: (\S+?)\(-?\d+\) is not a registered function\/op/;

/**
 * @param opensOnCpu whether the same model opens with the provider "cpu"
 * @returns a HarpError for what holds of the model or the machine; a plain error where just memory was short
 */
export function explainRefusal(file: string, provider: string, message: string, opensOnCpu: boolean): Error {
  if (isOutOfMemory(message)) return new Error(message);
  if (opensOnCpu) return providerMissing(file, provider, message);
  const [, standard, custom] = UNKNOWN_OPERATOR.exec(message) ?? [];
  const operator = standard ?? custom;
  if (operator !== undefined) {
    return new HarpError('bad-input', `the model uses the operator ${operator}, which onnxruntime lacks`, {
      where: file,
      hint: 'Export it again with standard operators of an opset that this version of onnxruntime knows.',
    });
  }
  return new HarpError('bad-input', 'onnxruntime cannot load this model', { where: file, got: message });
}

/** @param message of onnxruntime */
export const providerMissing = (where: string, provider: string, message: string): HarpError =>
  new HarpError('missing-capability', `the provider "${provider}" is not available here`, {
    where,
    got: message,
    hint:
      INSTALL_HINT[provider] ??
      'Providers are cpu, webgpu, and cuda and tensorrt where they are installed: use one of them, or install the driver and libraries of that one.',
  });

const CUDA_HINT =
  'Its libraries come with an installation of onnxruntime-node whose install script ran, with ONNXRUNTIME_NODE_INSTALL=cuda12, and they need CUDA 12 and its driver. Or use --provider cpu.';

const WEBGPU_HINT =
  'It needs a Vulkan driver and its loader (Debian: libvulkan1). Without a GPU the software driver of chromium will do: set LD_LIBRARY_PATH=/usr/lib/chromium and VK_DRIVER_FILES=/usr/lib/chromium/vk_swiftshader_icd.json. Or use --provider cpu.';

const INSTALL_HINT: Readonly<Record<string, string>> = {
  cuda: CUDA_HINT,
  tensorrt: CUDA_HINT,
  webgpu: WEBGPU_HINT,
};
