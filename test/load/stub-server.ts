/**
 * A server of the Open Inference Protocol for the load generator to talk to. It shares no code with harp's own: it reads
 * and writes its few messages by hand, and answers the n-th inference as the test says.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Inference {
  readonly document: {
    inputs: { name: string; shape: number[]; parameters: { binary_data_size: number } }[];
  };
  readonly binary: Buffer;
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

export const fine = (parameters: object = {}): StubAnswer => ({
  status: 200,
  body: {
    model_name: 'stub',
    parameters,
    outputs: [{ name: 'y', datatype: 'INT32', shape: [1], data: [1] }],
  },
});

/**
 * @param answer to the n-th inference, from 0 on
 * @param shape of the one input of its model "stub"
 */
export async function stubServer(
  answer: (index: number) => StubAnswer,
  shape: readonly number[] = [-1, 3],
): Promise<StubServer> {
  const model = { name: 'stub', inputs: [{ name: 'x', datatype: 'FP32', shape }], outputs: [] };
  const inferences: Inference[] = [];
  const server: Server = createServer((request, response) => {
    const send = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body));
    if (request.url === '/v2') return send(200, { name: 'stub', models: ['stub'] });
    if (request.url === '/v2/models/stub') return send(200, model);
    if (request.url !== '/v2/models/stub/infer') return send(404, { error: 'unknown' });
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const length = Number(request.headers['inference-header-content-length']);
      inferences.push({
        document: JSON.parse(body.toString('utf8', 0, length)),
        binary: body.subarray(length),
      });
      const { status, body: reply = {}, hangUp } = answer(inferences.length - 1);
      if (hangUp) request.socket.destroy();
      else send(status, reply);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    inferences,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
