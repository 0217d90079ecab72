/** Which onnxruntime is installed, told without loading it. */
import { createRequire } from 'node:module';

export const onnxruntimeVersion = (): string =>
  createRequire(import.meta.url)('onnxruntime-node/package.json').version;
