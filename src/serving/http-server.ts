/** Answers HTTP requests by the routes: every request gets one answer, and nothing that a client sends ends the server. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { HarpError } from '../domain/errors.ts';
import { systemWords } from '../domain/system-error.ts';
import { Departure } from './departure.ts';
import { ProtocolError } from './protocol/protocol-error.ts';
import { REQUEST_ID, requestIdOf } from './request-id.ts';
import { type Answer, errorAnswer } from './rest-answer.ts';
import type { RouteContext } from './rest-handlers.ts';
import { route } from './routes.ts';

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

/** Who takes longer than this to send a request, or reads nothing of its answer for so long, is cut off. */
const SEND_LIMIT_MS = 30_000;

/** How often it is looked who does. */
const LOOK_EVERY_MS = 1000;

/** Connections at once; more are refused by the system. */
const MOST_CONNECTIONS = 10_000;

/** Who has been refused may go on sending for so long. */
const UNREAD_LIMIT_MS = 2000;

/** Who takes longer than this to read its answer, when the server closes, is cut off. */
const CLOSE_LIMIT_MS = 5000;

/** @throws HarpError `missing-capability` where the address cannot be had */
export async function listenHttp({ host, port }: Address, context: RouteContext): Promise<HttpServer> {
  /** Requests whose clients have not got their answers yet, but for those that come while it closes. */
  let answering = 0;
  let closing = false;
  let onIdle = (): void => {};
  const { tls } = context.access;
  const limits = {
    requestTimeout: SEND_LIMIT_MS,
    headersTimeout: SEND_LIMIT_MS,
    keepAliveTimeout: SEND_LIMIT_MS,
    connectionsCheckingInterval: LOOK_EVERY_MS,
    // Node would refuse it without a word.
    requireHostHeader: false,
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const gone = new Departure();
    const isAwaited = !closing;
    if (isAwaited) answering += 1;
    response.on('close', () => {
      if (!response.writableFinished) gone.leave();
      if (isAwaited) answering -= 1;
      if (answering === 0) onIdle();
    });
    void respond(context, request, response, gone);
  };
  const server: Server = tls
    ? createTlsServer({ ...limits, cert: tls.certificate, key: tls.key }, onRequest)
    : createServer(limits, onRequest);
  server.maxConnections = MOST_CONNECTIONS;
  server.on('clientError', refuseMalformed);
  server.on('connect', (_request, socket) => refuse(socket, '405 Method Not Allowed', 'this is no proxy'));
  server.on('checkExpectation', onRequest);
  await listen(server, { host, port });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: async () => {
      // Node's own close() would cut off answers that are written but not yet sent.
      closing = true;
      const idle = new Promise<void>((resolve) => {
        onIdle = resolve;
        if (answering === 0) resolve();
      });
      await Promise.race([idle, once(AbortSignal.timeout(CLOSE_LIMIT_MS), 'abort')]);
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
          got: systemWords(error),
          hint: 'Choose another port, or 0 for any free one.',
        }),
      ),
    );
    server.listen(port, host, resolve);
  });
}

/** By Node's code for what is wrong; 400 for everything else. */
const MALFORMED_STATUS: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

/** What is not HTTP, or was cut short, still gets its answer where anybody listens. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const status = MALFORMED_STATUS[error.code ?? ''] ?? '400 Bad Request';
  refuse(socket, status, `not a whole HTTP request: ${error.message}`);
}

/** Where there is no response to write to. */
function refuse(socket: Duplex, status: string, message: string): void {
  const body = JSON.stringify({ error: message });
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

async function respond(
  context: RouteContext,
  request: IncomingMessage,
  response: ServerResponse,
  gone: Departure,
): Promise<void> {
  const requestId = requestIdOf(request.headers[REQUEST_ID]);
  let answer: Answer;
  try {
    assertWhole(request);
    answer = await route(context, request, { gone, requestId });
  } catch (error) {
    answer = errorAnswer(error);
  }
  if (response.destroyed) return;
  const headers: Record<string, string> = { ...answer.headers, [REQUEST_ID]: requestId };
  // What was not read of a refused body would be taken for the next request; who is leaving keeps nobody.
  if (!request.complete || context.service.draining) headers.connection = 'close';
  response.writeHead(answer.status, headers);
  if (request.complete && answer.raw.length === 0 && answer.text.length < SHORT) response.end(answer.text);
  else {
    if (answer.text !== '') response.write(Buffer.from(answer.text));
    for (const bytes of answer.raw) response.write(bytes);
    if (!request.complete) await letSend(request);
    response.end();
  }
  // Node cuts off who lets the connection be idle for so long, until all is on its way.
  if (response.writableLength > response.writableHighWaterMark) response.setTimeout(SEND_LIMIT_MS);
}

/** Text up to this length is sooner put into one piece with the head, as Node does, than sent apart from it. */
const SHORT = 16 * 1024;

/** Who is still sending when the connection ends never gets to read why: what comes is thrown away for a while. */
async function letSend(request: IncomingMessage): Promise<void> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), UNREAD_LIMIT_MS);
  request.resume();
  // The client has gone, or the time is over.
  await once(request, 'end', { signal: limit.signal }).catch(() => {});
  clearTimeout(timer);
}

/** What Node would refuse without saying why. @throws ProtocolError 400, 417 */
function assertWhole({ headers: { host, expect }, httpVersion }: IncomingMessage): void {
  if (host === undefined && httpVersion === '1.1') throw new ProtocolError(400, 'the header Host is missing');
  if (expect !== undefined && !/^100-continue$/i.test(expect))
    throw new ProtocolError(417, 'expect: 100-continue is all that is understood');
}
