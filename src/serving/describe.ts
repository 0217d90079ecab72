/** What a server says of itself and its models, in the words of the protocol; the same over REST and gRPC. */
import type { TensorSpec } from '../domain/tensor.ts';
import type { ServedModel } from './callables.ts';

/** Every model has one version. */
export const VERSION = '1';

export const describeServer = (version: string) => ({
  name: 'harp',
  version,
  extensions: ['binary_tensor_data', 'statistics'],
});

export const describeModel = ({ name, inputs, outputs }: ServedModel) => ({
  name,
  versions: [VERSION],
  platform: 'onnxruntime_onnx',
  inputs: inputs.map(describeTensor),
  outputs: outputs.map(describeTensor),
});

/** A dimension that may vary is -1 in the protocol. */
const describeTensor = ({ name, datatype, shape }: TensorSpec) => ({
  name,
  datatype,
  shape: shape.map((dim) => (typeof dim === 'number' ? dim : -1)),
});
