/** HTTP to one server, plain or over TLS, over connections that are kept: as many as there are requests under way. */
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import type { Credentials } from './infer-client.ts';
import type { Message } from './timed-body.ts';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** When its last byte came, on the clock of `performance.now()`. */
  readonly atMs: number;
}

export class HttpClient {
  private readonly agent: Agent;
  private readonly request: typeof request;
  private readonly base: URL;
  private readonly authorization: Readonly<Record<string, string>>;
  private closed = false;

  /** @param connections kept open at most while idle */
  constructor(base: URL, { token, ca, insecureTls }: Credentials, connections: number) {
    const kept = { keepAlive: true, maxFreeSockets: connections };
    const isPlain = base.protocol === 'http:';
    this.base = base;
    this.request = isPlain ? request : tlsRequest;
    this.agent = isPlain
      ? new Agent(kept)
      : new TlsAgent({ ...kept, ...(ca && { ca }), rejectUnauthorized: !insecureTls });
    this.authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  /** @throws Error of node:net or node:tls, with its `code` */
  get(path: string): Promise<Reply> {
    return this.exchange('GET', path, { headers: {}, chunks: [] });
  }

  /** @throws Error of node:net or node:tls, with its `code` */
  post(path: string, message: Message): Promise<Reply> {
    return this.exchange('POST', path, message);
  }

  /** Ends all connections; what is unanswered fails. */
  close(): void {
    this.closed = true;
    this.agent.destroy();
  }

  private exchange(method: string, path: string, message: Message): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const { hostname, port, pathname } = this.base;
      const outgoing = this.request(
        {
          agent: this.agent,
          hostname: hostname.replace(/^\[|\]$/g, ''),
          port,
          method,
          path: `${pathname.replace(/\/$/, '')}${path}`,
          headers: { ...message.headers, ...this.authorization },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () => {
            const atMs = performance.now();
            const { statusCode: status, headers } = incoming;
            resolve({ status: status!, headers, body: Buffer.concat(chunks), atMs });
          });
        },
      );
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        // The server closed an idle connection just as we took it: that says nothing about this request.
        const stale = outgoing.reusedSocket && error.code === 'ECONNRESET';
        if (stale && !this.closed) resolve(this.exchange(method, path, message));
        else reject(error);
      });
      // One packet for what is small: head and body leave together.
      outgoing.cork();
      for (const chunk of message.chunks) outgoing.write(chunk);
      outgoing.end();
    });
  }
}
