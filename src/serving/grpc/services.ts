/** The methods of the Open Inference Protocol and of `grpc.health.v1`, and how their messages are read and written. */
import type { ServiceDefinition } from '@grpc/grpc-js';
import { ProtocolError } from '../protocol/protocol-error.ts';
import { codecOf } from './messages.ts';

/** Bytes that are not the message that they should be: refused as bad input, where gRPC would call it a fault of the server. */
class Garbled {
  readonly reason: string;

  constructor(error: unknown) {
    this.reason = (error as Error).message;
  }
}

/** @throws ProtocolError 400 */
export const assertDecoded = (request: unknown): void => {
  if (request instanceof Garbled)
    throw new ProtocolError(400, `not the message expected here: ${request.reason}`);
};

const unary = (service: string, method: string, request: string, response: string, stream = false) => {
  const [asked, answered] = [codecOf(request), codecOf(response)];
  return {
    path: `/${service}/${method}`,
    requestStream: stream,
    responseStream: stream,
    requestSerialize: asked.encode,
    requestDeserialize: (bytes: Buffer) => {
      try {
        return asked.decode(bytes);
      } catch (error) {
        return new Garbled(error);
      }
    },
    responseSerialize: answered.encode,
    responseDeserialize: answered.decode,
  };
};

const inference = (method: string, response = `${method}Response`) =>
  unary('inference.GRPCInferenceService', method, `${method}Request`, response);

export const INFERENCE_SERVICE: ServiceDefinition = {
  ServerLive: inference('ServerLive'),
  ServerReady: inference('ServerReady'),
  ModelReady: inference('ModelReady'),
  ServerMetadata: inference('ServerMetadata'),
  ModelMetadata: inference('ModelMetadata'),
  ModelInfer: inference('ModelInfer'),
  ModelStatistics: inference('ModelStatistics'),
  ModelStreamInfer: unary(
    'inference.GRPCInferenceService',
    'ModelStreamInfer',
    'ModelInferRequest',
    'ModelStreamInferResponse',
    true,
  ),
};

export const HEALTH_SERVICE: ServiceDefinition = {
  Check: unary('grpc.health.v1.Health', 'Check', 'HealthCheckRequest', 'HealthCheckResponse'),
};
