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

/** Which side sends any number of messages; none by default. */
interface Streams {
  readonly requestStream?: boolean;
  readonly responseStream?: boolean;
}

const method = (
  service: string,
  name: string,
  request: string,
  response: string,
  { requestStream = false, responseStream = false }: Streams = {},
) => {
  const [asked, answered] = [codecOf(request), codecOf(response)];
  return {
    path: `/${service}/${name}`,
    requestStream,
    responseStream,
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

const inference = (name: string) =>
  method('inference.GRPCInferenceService', name, `${name}Request`, `${name}Response`);

const HEALTH = 'grpc.health.v1.Health';

export const INFERENCE_SERVICE: ServiceDefinition = {
  ServerLive: inference('ServerLive'),
  ServerReady: inference('ServerReady'),
  ModelReady: inference('ModelReady'),
  ServerMetadata: inference('ServerMetadata'),
  ModelMetadata: inference('ModelMetadata'),
  ModelInfer: inference('ModelInfer'),
  ModelStatistics: inference('ModelStatistics'),
  ModelStreamInfer: method(
    'inference.GRPCInferenceService',
    'ModelStreamInfer',
    'ModelInferRequest',
    'ModelStreamInferResponse',
    { requestStream: true, responseStream: true },
  ),
};

export const HEALTH_SERVICE: ServiceDefinition = {
  Check: method(HEALTH, 'Check', 'HealthCheckRequest', 'HealthCheckResponse'),
  Watch: method(HEALTH, 'Watch', 'HealthCheckRequest', 'HealthCheckResponse', { responseStream: true }),
};
