/**
 * The gRPC messages of the Open Inference Protocol (`package inference`, as KServe's grpc_predict_v2.proto and Triton's
 * grpc_service.proto number their fields) and of `grpc.health.v1`, as one table: message → field → number, type and rule.
 * proto/open_inference.proto says the same to clients.
 */
import protobuf from 'protobufjs/light.js';

type Field = {
  readonly id: number;
  readonly type: string;
  readonly rule?: 'repeated';
  readonly keyType?: 'string';
};
type Fields = Readonly<Record<string, Field>>;

const name = { id: 1, type: 'string' };
const version = { id: 2, type: 'string' };
const parameters = (id: number): Field => ({ id, type: 'InferParameter', keyType: 'string' });
const many = (id: number, type: string): Field => ({ id, type, rule: 'repeated' });
const duration = (id: number): Field => ({ id, type: 'StatisticDuration' });

export const INFERENCE: Readonly<Record<string, Fields>> = {
  ServerLiveRequest: {},
  ServerLiveResponse: { live: { id: 1, type: 'bool' } },
  ServerReadyRequest: {},
  ServerReadyResponse: { ready: { id: 1, type: 'bool' } },
  ModelReadyRequest: { name, version },
  ModelReadyResponse: { ready: { id: 1, type: 'bool' } },
  ServerMetadataRequest: {},
  ServerMetadataResponse: { name, version, extensions: many(3, 'string') },
  ModelMetadataRequest: { name, version },
  ModelMetadataResponse: {
    name,
    versions: many(2, 'string'),
    platform: { id: 3, type: 'string' },
    inputs: many(4, 'TensorMetadata'),
    outputs: many(5, 'TensorMetadata'),
  },
  TensorMetadata: { name, datatype: { id: 2, type: 'string' }, shape: many(3, 'int64') },
  InferParameter: {
    bool_param: { id: 1, type: 'bool' },
    int64_param: { id: 2, type: 'int64' },
    string_param: { id: 3, type: 'string' },
    double_param: { id: 4, type: 'double' },
    uint64_param: { id: 5, type: 'uint64' },
  },
  InferTensorContents: {
    bool_contents: many(1, 'bool'),
    int_contents: many(2, 'int32'),
    int64_contents: many(3, 'int64'),
    uint_contents: many(4, 'uint32'),
    uint64_contents: many(5, 'uint64'),
    fp32_contents: many(6, 'float'),
    fp64_contents: many(7, 'double'),
    bytes_contents: many(8, 'bytes'),
  },
  /** Of a request (contents included) and of a response. */
  InferTensor: {
    name,
    datatype: { id: 2, type: 'string' },
    shape: many(3, 'int64'),
    parameters: parameters(4),
    contents: { id: 5, type: 'InferTensorContents' },
  },
  InferRequestedOutputTensor: { name, parameters: parameters(2) },
  ModelInferRequest: {
    model_name: { id: 1, type: 'string' },
    model_version: { id: 2, type: 'string' },
    id: { id: 3, type: 'string' },
    parameters: parameters(4),
    inputs: many(5, 'InferTensor'),
    outputs: many(6, 'InferRequestedOutputTensor'),
    raw_input_contents: many(7, 'bytes'),
  },
  ModelInferResponse: {
    model_name: { id: 1, type: 'string' },
    model_version: { id: 2, type: 'string' },
    id: { id: 3, type: 'string' },
    parameters: parameters(4),
    outputs: many(5, 'InferTensor'),
    raw_output_contents: many(6, 'bytes'),
  },
  ModelStreamInferResponse: {
    error_message: { id: 1, type: 'string' },
    infer_response: { id: 2, type: 'ModelInferResponse' },
  },
  ModelStatisticsRequest: { name, version },
  ModelStatisticsResponse: { model_stats: many(1, 'ModelStatistics') },
  ModelStatistics: {
    name,
    version,
    last_inference: { id: 3, type: 'uint64' },
    inference_count: { id: 4, type: 'uint64' },
    execution_count: { id: 5, type: 'uint64' },
    inference_stats: { id: 6, type: 'InferStatistics' },
    batch_stats: many(7, 'InferBatchStatistics'),
  },
  StatisticDuration: { count: { id: 1, type: 'uint64' }, ns: { id: 2, type: 'uint64' } },
  InferStatistics: {
    success: duration(1),
    fail: duration(2),
    queue: duration(3),
    compute_input: duration(4),
    compute_infer: duration(5),
    compute_output: duration(6),
  },
  InferBatchStatistics: { batch_size: { id: 1, type: 'uint64' }, compute_infer: duration(3) },
};

const HEALTH: Readonly<Record<string, Fields>> = {
  HealthCheckRequest: { service: { id: 1, type: 'string' } },
  /** A ServingStatus: 1 serving, 2 not serving, 3 an unknown service. */
  HealthCheckResponse: { status: { id: 1, type: 'int32' } },
};

/** An oneof, so that a parameter that is false or 0 is told from one that is absent. */
const PARAMETER_CHOICE = Object.keys(INFERENCE.InferParameter!);

const root = protobuf.Root.fromJSON({
  nested: Object.fromEntries(
    Object.entries({ ...INFERENCE, ...HEALTH }).map(([message, fields]) => [
      message,
      {
        edition: 'proto3',
        fields: fields as Record<string, protobuf.IField>,
        ...(message === 'InferParameter' && { oneofs: { parameter_choice: { oneof: PARAMETER_CHOICE } } }),
      },
    ]),
  ),
});

export interface Codec {
  readonly encode: (message: object) => Buffer;
  /** Bytes of the result are parts of `bytes`. @throws Error where they are not such a message */
  readonly decode: (bytes: Buffer) => unknown;
}

/** @param message one of the table's */
export function codecOf(message: string): Codec {
  const type = root.lookupType(message);
  return {
    encode: (value) => type.encode(value as { [k: string]: unknown }).finish() as Buffer,
    decode: (bytes) => type.decode(bytes),
  };
}
