/**
 * A gRPC server of the bare protocol: the methods that it requires, from a definition of its own, and answers without any of
 * harp's parameters.
 */
import { Server, ServerCredentials, type ServiceDefinition, status } from '@grpc/grpc-js';
import protobuf from 'protobufjs';

/** Written after KServe's specification of the protocol (open_inference_grpc.proto): the fields that are used here. */
const PROTO = `
syntax = "proto3";
package inference;
message Empty {}
message ServerMetadataResponse { string name = 1; string version = 2; repeated string extensions = 3; }
message ModelMetadataRequest { string name = 1; string version = 2; }
message ModelMetadataResponse {
  message TensorMetadata { string name = 1; string datatype = 2; repeated int64 shape = 3; }
  string name = 1; repeated string versions = 2; string platform = 3;
  repeated TensorMetadata inputs = 4; repeated TensorMetadata outputs = 5;
}
message InferParameter { oneof parameter_choice { bool bool_param = 1; int64 int64_param = 2; string string_param = 3; } }
message InferTensorContents { repeated int32 int_contents = 2; repeated float fp32_contents = 6; }
message ModelInferRequest {
  message InferInputTensor {
    string name = 1; string datatype = 2; repeated int64 shape = 3;
    map<string, InferParameter> parameters = 4; InferTensorContents contents = 5;
  }
  string model_name = 1; string model_version = 2; string id = 3; map<string, InferParameter> parameters = 4;
  repeated InferInputTensor inputs = 5; repeated bytes raw_input_contents = 7;
}
message ModelInferResponse {
  message InferOutputTensor { string name = 1; string datatype = 2; repeated int64 shape = 3; InferTensorContents contents = 5; }
  string model_name = 1; string model_version = 2; string id = 3; repeated InferOutputTensor outputs = 5;
}`;

/** As protobufjs gives it, 64-bit integers as numbers. */
export interface GrpcInference {
  readonly modelName: string;
  readonly parameters: Readonly<Record<string, { readonly int64Param?: number }>>;
  readonly inputs: readonly {
    readonly name: string;
    readonly datatype: string;
    readonly shape: readonly number[];
  }[];
  readonly rawInputContents: readonly Buffer[];
}

export interface GrpcStub {
  readonly url: string;
  readonly inferences: GrpcInference[];
  close(): void;
}

/** @param refusal of the n-th inference, from 0 on: a status of gRPC; undefined answers it */
export async function grpcStub(refusal: (index: number) => number | undefined): Promise<GrpcStub> {
  const { root } = protobuf.parse(PROTO);
  const method = (name: string, request: string, response: string) => {
    const [asked, answered] = [root.lookupType(request), root.lookupType(response)];
    return {
      path: `/inference.GRPCInferenceService/${name}`,
      requestStream: false,
      responseStream: false,
      requestSerialize: (value: object) => Buffer.from(asked.encode(asked.fromObject(value)).finish()),
      requestDeserialize: (bytes: Buffer) =>
        asked.toObject(asked.decode(bytes), { longs: Number, defaults: true }),
      responseSerialize: (value: object) => Buffer.from(answered.encode(answered.fromObject(value)).finish()),
      responseDeserialize: (bytes: Buffer) => answered.decode(bytes),
    };
  };
  const service: ServiceDefinition = {
    ServerMetadata: method('ServerMetadata', 'inference.Empty', 'inference.ServerMetadataResponse'),
    ModelMetadata: method(
      'ModelMetadata',
      'inference.ModelMetadataRequest',
      'inference.ModelMetadataResponse',
    ),
    ModelInfer: method('ModelInfer', 'inference.ModelInferRequest', 'inference.ModelInferResponse'),
  };
  const inferences: GrpcInference[] = [];
  const server = new Server();
  server.addService(service, {
    ServerMetadata: (_: unknown, answer: (error: null, value: object) => void) =>
      answer(null, { name: 'stub', version: '1' }),
    ModelMetadata: (
      { request }: { request: { name: string } },
      answer: (error: object | null, value?: object) => void,
    ) =>
      request.name === 'stub'
        ? answer(null, { name: 'stub', inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 3] }] })
        : answer({ code: status.NOT_FOUND, details: 'no such model' }),
    ModelInfer: (
      { request }: { request: GrpcInference },
      answer: (error: object | null, value?: object) => void,
    ) => {
      const code = refusal(inferences.push(request) - 1);
      if (code !== undefined) return answer({ code, details: 'as the test says' });
      const outputs = [{ name: 'y', datatype: 'FP32', shape: [1], contents: { fp32Contents: [1] } }];
      answer(null, { modelName: 'stub', outputs });
    },
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, at) =>
      error ? reject(error) : resolve(at),
    ),
  );
  return { url: `grpc://127.0.0.1:${port}`, inferences, close: () => server.forceShutdown() };
}
