/** Listens for gRPC: the Open Inference Protocol and `grpc.health.v1`. */
import type { Server } from '@grpc/grpc-js';
import { HarpError } from '../../domain/errors.ts';
import type { Address } from '../http-server.ts';
import { healthHandlers } from './health.ts';
import { type InferenceContext, inferenceHandlers } from './inference-handlers.ts';
import { HEALTH_SERVICE, INFERENCE_SERVICE } from './services.ts';

export interface GrpcServer {
  readonly address: string;
  /** Takes no more calls, lets running ones end, and ends all connections. */
  close(): Promise<void>;
}

export interface GrpcContext extends InferenceContext {
  /** Of one message. */
  readonly bodyLimitBytes: number;
}

/** Calls at once on one connection; a client waits with more. */
const MOST_STREAMS = 1000;

/** Running calls have this long to end when the server closes. */
const CLOSE_LIMIT_MS = 5000;

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
