/** Sends bytes as they are and tells what comes back: over TCP for REST, over HTTP/2 streams for gRPC. */
import { once } from 'node:events';
import { type ClientHttp2Session, connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { connect } from 'node:net';

export interface RestAnswer {
  /** 0 where nothing came. */
  readonly status: number;
  readonly body: string;
}

/** What is no whole request gets its answer when its sender ends, which is for a server as if it hung up. */
const END_AFTER_MS = 2000;

/** The first answer to these bytes; the connection ends with it. */
export async function sendRest(port: number, bytes: Buffer): Promise<RestAnswer> {
  const socket = connect({ port, host: '127.0.0.1' });
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', () => {});
  socket.write(bytes);
  socket.setTimeout(END_AFTER_MS, () => socket.end());
  await new Promise((resolve) => socket.on('close', resolve));
  const [head, ...rest] = text.split('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d+) /.exec(head!)?.[1] ?? 0), body: rest.join('\r\n\r\n') };
}

export interface GrpcAnswer {
  /** Undefined where the stream ended without one. */
  readonly status: number | undefined;
  readonly message: string;
}

export async function openGrpc(address: string): Promise<ClientHttp2Session> {
  const session = connectHttp2(`http://${address}`);
  session.on('error', () => {});
  await once(session, 'connect');
  return session;
}

/** One call with these bytes as its stream. */
export function sendGrpc(session: ClientHttp2Session, path: string, bytes: Buffer): Promise<GrpcAnswer> {
  return new Promise((resolve) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    let last: IncomingHttpHeaders = {};
    const keep = (headers: IncomingHttpHeaders): void => {
      last = { ...last, ...headers };
    };
    stream
      .on('response', keep)
      .on('trailers', keep)
      .on('error', () => {})
      .on('data', () => {});
    stream.on('close', () => {
      const status = last['grpc-status'];
      resolve({
        status: status === undefined ? undefined : Number(status),
        message: decodeURIComponent(String(last['grpc-message'] ?? '')),
      });
    });
    stream.setTimeout(20_000, () => stream.close());
    stream.end(bytes);
  });
}
