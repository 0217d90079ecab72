/**
 * The gRPC side of the Open Inference Protocol and `grpc.health.v1`, over the same service as REST. Who sets a deadline on a
 * call has it taken for the request's.
 */
import type {
  Metadata,
  Server,
  ServerDuplexStream,
  ServerUnaryCall,
  sendUnaryData,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { HarpError } from '../../domain/errors.ts';
import { type Access, lets, OPEN_ACCESS } from '../access.ts';
import { HUNG_UP } from '../answer.ts';
import { Departure } from '../departure.ts';
import { describeModel, describeServer } from '../describe.ts';
import type { Address } from '../http-server.ts';
import type { InferenceService } from '../inference-service.ts';
import { ProtocolError } from '../protocol/protocol-error.ts';
import { REQUEST_ID, requestIdOf } from '../request-id.ts';
import { fromRequestMessage, type InferRequestMessage, toResponseMessage } from './infer-messages.ts';
import { assertDecoded, HEALTH_SERVICE, INFERENCE_SERVICE } from './services.ts';

export interface GrpcServer {
  readonly address: string;
  /** Takes no more calls, lets running ones end, and ends all connections. */
  close(): Promise<void>;
}

export interface GrpcContext {
  readonly service: InferenceService;
  readonly version: string;
  /** Of one message. */
  readonly bodyLimitBytes: number;
  readonly access: Access;
}

/** grpc.status by HTTP status. */
const CODES: Readonly<Record<number, number>> = {
  400: 3, // INVALID_ARGUMENT
  404: 5, // NOT_FOUND
  413: 8, // RESOURCE_EXHAUSTED
  429: 8,
  [HUNG_UP]: 1, // CANCELLED
  503: 14, // UNAVAILABLE
  504: 4, // DEADLINE_EXCEEDED
};
const UNAUTHENTICATED = 16;
const INTERNAL = 13;
const NOT_FOUND = 5;

/** Calls at once on one connection; a client waits with more. */
const MOST_STREAMS = 1000;

/** Running calls have this long to end when the server closes. */
const CLOSE_LIMIT_MS = 5000;

const SERVING = { yes: 1, no: 2 } as const;

/** @throws HarpError `missing-capability` where the address cannot be had */
export async function listenGrpc({ host, port }: Address, context: GrpcContext): Promise<GrpcServer> {
  const { Server: GrpcJsServer, ServerCredentials } = await import('@grpc/grpc-js');
  const server: Server = new GrpcJsServer({
    'grpc.max_receive_message_length': context.bodyLimitBytes,
    'grpc.max_send_message_length': -1,
    'grpc.max_concurrent_streams': MOST_STREAMS,
  });
  server.addService(INFERENCE_SERVICE, inferenceHandlers(context));
  server.addService(HEALTH_SERVICE, healthHandlers(context));
  const name = host.includes(':') ? `[${host}]` : host;
  const bound = await new Promise<number>((resolve, reject) => {
    const { tls } = context.access;
    const credentials = tls
      ? ServerCredentials.createSsl(null, [{ cert_chain: tls.certificate, private_key: tls.key }])
      : ServerCredentials.createInsecure();
    server.bindAsync(`${name}:${port}`, credentials, (error, at) => {
      if (error === null) resolve(at);
      else reject(cannotListen(`${name}:${port}`, error));
    });
  });
  return {
    address: `${name}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        const limit = setTimeout(() => server.forceShutdown(), CLOSE_LIMIT_MS);
        server.tryShutdown(() => {
          clearTimeout(limit);
          resolve();
        });
      }),
  };
}

const cannotListen = (where: string, error: Error): HarpError =>
  new HarpError('missing-capability', 'cannot listen there', {
    where,
    expected: 'a free port that you may open',
    got: error.message,
    hint: 'Choose another port, or 0 for any free one.',
  });

interface Named {
  readonly name: string;
  readonly version: string;
}

function inferenceHandlers({ service, version, access }: GrpcContext): UntypedServiceImplementation {
  const answering = answersTo(access);
  return {
    ServerLive: answering(() => ({ live: true })),
    ServerReady: answering(() => ({ ready: service.ready })),
    ModelReady: answering(({ name, version: wanted }: Named) => {
      service.model(name, wanted);
      return { ready: service.ready };
    }),
    ServerMetadata: answering(() => describeServer(version)),
    ModelMetadata: answering(({ name, version: wanted }: Named) =>
      describeModel(service.model(name, wanted)),
    ),
    ModelStatistics: answering(({ name, version: wanted }: Named) => ({
      model_stats: (name === '' ? service.models : [service.model(name, wanted)]).map((model) =>
        service.statistics(model.name),
      ),
    })),
    ModelInfer: answering((message: InferRequestMessage, call) => infer(service, message, call)),
    ModelStreamInfer: streamInfer(service, access),
  };
}

/** Health is anybody's to ask, as load balancers do. */
function healthHandlers({ service }: GrpcContext): UntypedServiceImplementation {
  const answering = answersTo(OPEN_ACCESS);
  const knows = (name: string): boolean =>
    ['', 'inference.GRPCInferenceService'].includes(name) ||
    service.models.some((model) => model.name === name);
  return {
    Check: answering(({ service: name }: { service: string }) => {
      if (!knows(name)) throw Object.assign(new Error(`unknown service "${name}"`), { code: NOT_FOUND });
      return { status: service.ready ? SERVING.yes : SERVING.no };
    }),
  };
}

interface Call {
  readonly cancelled: boolean;
  readonly metadata: Metadata;
  getDeadline(): Date | number;
  on(event: 'cancelled', listener: () => void): unknown;
}

function assertAllowed(access: Access, { metadata }: Call): void {
  if (lets(access, metadata.get('authorization')[0]?.toString())) return;
  throw Object.assign(new Error('no valid token: send the metadata "authorization: Bearer TOKEN"'), {
    code: UNAUTHENTICATED,
  });
}

/** Answers, or says in gRPC's terms why not. */
const answersTo =
  (access: Access) =>
  <Request>(handle: (request: Request, call: Call) => object | Promise<object>) =>
  (call: ServerUnaryCall<Request, object>, callback: sendUnaryData<object>): void => {
    const answer = async (): Promise<object> => {
      assertAllowed(access, call);
      assertDecoded(call.request);
      return handle(call.request, call);
    };
    answer().then(
      (response) => callback(null, response),
      (error) => callback(statusOf(error)),
    );
  };

function statusOf(error: unknown): { code: number; details: string } {
  if (error instanceof ProtocolError)
    return { code: CODES[error.status] ?? INTERNAL, details: error.message };
  const { code, message } = error as Error & { code?: unknown };
  return typeof code === 'number'
    ? { code, details: message }
    : { code: INTERNAL, details: `internal error: ${message}` };
}

async function infer(service: InferenceService, message: InferRequestMessage, call: Call): Promise<object> {
  const arrivedMs = performance.now();
  assertDecoded(message);
  const { name } = service.model(message.model_name, message.model_version);
  service.assertOpen();
  const request = fromRequestMessage(message);
  const gone = new Departure();
  call.on('cancelled', () => gone.leave());
  if (call.cancelled) gone.leave();
  const headers = Object.fromEntries(
    Object.entries(call.metadata.getMap()).map(([key, value]) => [key, value.toString()]),
  );
  const response = await service.infer(name, request, {
    arrivedMs,
    limitMs: remainingMs(call),
    gone,
    requestId: requestIdOf(headers[REQUEST_ID]),
    headers,
  });
  return toResponseMessage(response, request);
}

/** Infinite where the client set no deadline. */
function remainingMs(call: Call): number {
  const deadline = call.getDeadline();
  return Math.max(0, (typeof deadline === 'number' ? deadline : deadline.getTime()) - Date.now());
}

/** Answers each request of the stream as soon as it can; a request that fails does not end the others. */
const streamInfer =
  (service: InferenceService, access: Access) =>
  (stream: ServerDuplexStream<InferRequestMessage, object>): void => {
    let underWay = 0;
    let hasEnded = false;
    const endWhenDone = (): void => {
      if (hasEnded && underWay === 0) stream.end();
    };
    stream.on('error', () => {});
    stream.on('drain', () => stream.resume());
    try {
      assertAllowed(access, stream);
    } catch (error) {
      stream.emit('error', statusOf(error));
      return;
    }
    stream.on('data', (message: InferRequestMessage) => {
      underWay += 1;
      infer(service, message, stream)
        .then(
          (response) => ({ infer_response: response }),
          (error: unknown) => ({
            error_message: statusOf(error).details,
            infer_response: { model_name: message.model_name ?? '', id: message.id ?? '' },
          }),
        )
        .then((answer) => {
          underWay -= 1;
          // Who does not read its answers asks for no more.
          if (!stream.cancelled && !stream.write(answer)) stream.pause();
          endWhenDone();
        });
    });
    stream.on('end', () => {
      hasEnded = true;
      endWhenDone();
    });
  };
