/**
 * A server of the Open Inference Protocol for the load generator to talk to. It shares no code with harp's own: it reads
 * and writes its few messages by hand, and answers the n-th inference as the test says.
 */
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Inference {
  readonly document: {
    inputs: { name: string; shape: number[]; data?: number[]; parameters?: { binary_data_size: number } }[];
    parameters?: Record<string, unknown>;
  };
  readonly binary: Buffer;
  readonly headers: IncomingMessage['headers'];
}

export interface StubAnswer {
  readonly status: number;
  readonly body?: object;
  /** Ends the connection instead. */
  readonly hangUp?: boolean;
}

export interface StubServer {
  readonly url: string;
  readonly inferences: Inference[];
  close(): Promise<void>;
}

export const fine = (parameters?: object): StubAnswer => ({
  status: 200,
  body: {
    model_name: 'stub',
    ...(parameters && { parameters }),
    outputs: [{ name: 'y', datatype: 'INT32', shape: [1], data: [1] }],
  },
});

export interface StubOptions {
  /** Of the one input of its model "stub"; of a datatype. */
  readonly shape?: readonly number[];
  readonly datatype?: string;
  /** Only what the protocol requires: no list of models, no extensions, no tensors but those in JSON. */
  readonly bare?: boolean;
  /** Who does not bring it is turned away. */
  readonly token?: string;
  /** PEM. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** @param answer to the n-th inference, from 0 on */
export async function stubServer(
  answer: (index: number) => StubAnswer,
  { shape = [-1, 3], datatype = 'FP32', bare = false, token, tls }: StubOptions = {},
): Promise<StubServer> {
  const model = { name: 'stub', platform: 'stub', inputs: [{ name: 'x', datatype, shape }], outputs: [] };
  const metadata = bare
    ? { name: 'stub', version: '1', extensions: [] }
    : { name: 'stub', models: ['stub'], extensions: ['binary_tensor_data'] };
  const inferences: Inference[] = [];
  const listener: RequestListener = (request, response) => {
    const send = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body));
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`)
      return send(401, { error: 'no token' });
    if (request.url === '/v2') return send(200, metadata);
    if (request.url === '/v2/models/stub') return send(200, model);
    if (request.url !== '/v2/models/stub/infer') return send(404, { error: 'unknown' });
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const { headers } = request;
      const told = headers['inference-header-content-length'];
      if (bare && told !== undefined) return send(400, { error: 'binary tensors are an extension' });
      const length = told === undefined ? body.length : Number(told);
      const document = JSON.parse(body.toString('utf8', 0, length));
      inferences.push({ document, binary: body.subarray(length), headers });
      const { status, body: reply = {}, hangUp } = answer(inferences.length - 1);
      if (hangUp) request.socket.destroy();
      else send(status, reply);
    });
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    inferences,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
