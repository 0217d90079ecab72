/** Answers HTTP requests by the routes: every request gets one answer, and nothing that a client sends ends the server. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { HarpError } from '../domain/errors.ts';
import { REQUEST_ID, requestIdOf } from './request-id.ts';
import { type Answer, type Client, errorAnswer, type RouteContext, route } from './routes.ts';

export interface Address {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
}

export interface HttpServer {
  readonly url: string;
  /** Takes no more requests, lets answers reach their clients, and ends all connections. */
  close(): Promise<void>;
}

/** Who takes longer than this to send a request is cut off. */
const SEND_LIMIT_MS = 30_000;

/** Connections at once; more are refused by the system. */
const MOST_CONNECTIONS = 10_000;

/** Who takes longer than this to read its answer, when the server closes, is cut off. */
const CLOSE_LIMIT_MS = 5000;

/** @throws HarpError `missing-capability` where the address cannot be had */
export async function listenHttp({ host, port }: Address, context: RouteContext): Promise<HttpServer> {
  const answering = new Set<Promise<void>>();
  const { tls } = context.access;
  const limits = { requestTimeout: SEND_LIMIT_MS, keepAliveTimeout: SEND_LIMIT_MS };
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const answered = respond(context, request, response).finally(() => answering.delete(answered));
    answering.add(answered);
  };
  const server: Server = tls
    ? createTlsServer({ ...limits, cert: tls.certificate, key: tls.key }, onRequest)
    : createServer(limits, onRequest);
  server.maxConnections = MOST_CONNECTIONS;
  server.on('clientError', refuseMalformed);
  await listen(server, { host, port });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: async () => {
      // Node's own close() would cut off answers that are written but not yet sent.
      await Promise.race([Promise.all(answering), once(AbortSignal.timeout(CLOSE_LIMIT_MS), 'abort')]);
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: Server, { host, port }: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new HarpError('missing-capability', 'cannot listen there', {
          where: `${host}:${port}`,
          expected: 'a free port that you may open',
          got: error.code ?? error.message,
          hint: 'Choose another port, or 0 for any free one.',
        }),
      ),
    );
    server.listen(port, host, resolve);
  });
}

/** What is not HTTP, or was cut short, still gets its answer where anybody listens. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const body = JSON.stringify({ error: `not a whole HTTP request: ${error.message}` });
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** Resolves when the client has the answer, or is gone. */
async function respond(
  context: RouteContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  const closed = new Promise<void>((resolve) => {
    response.once('close', () => {
      gone.abort();
      resolve();
    });
  });
  const requestId = requestIdOf(request.headers[REQUEST_ID]);
  const answer = await answerOf(context, request, { gone: gone.signal, requestId });
  if (!response.destroyed) {
    // What was not read of a refused body would be taken for the next request; who is leaving keeps nobody.
    const last = !request.complete || context.service.draining;
    response.setHeader(REQUEST_ID, requestId);
    response.writeHead(answer.status, last ? { ...answer.headers, connection: 'close' } : answer.headers);
    for (const chunk of answer.chunks) response.write(chunk);
    response.end();
  }
  await closed;
}

async function answerOf(context: RouteContext, request: IncomingMessage, client: Client): Promise<Answer> {
  try {
    return await route(context, request, client);
  } catch (error) {
    return errorAnswer(error);
  }
}
