/** Plain HTTP to one server over connections that are kept: as many as there are requests under way. */
import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export class HttpClient {
  private readonly agent: Agent;
  private readonly base: URL;
  private closed = false;

  /** @param connections kept open at most while idle */
  constructor(base: URL, connections: number) {
    this.base = base;
    this.agent = new Agent({ keepAlive: true, maxFreeSockets: connections });
  }

  /** @throws Error of node:net, with its `code` */
  get(path: string): Promise<Reply> {
    return this.exchange('GET', path, { headers: {}, body: new Uint8Array() });
  }

  /** @throws Error of node:net, with its `code` */
  post(path: string, message: Message): Promise<Reply> {
    return this.exchange('POST', path, message);
  }

  /** Ends all connections; what is unanswered fails. */
  close(): void {
    this.closed = true;
    this.agent.destroy();
  }

  private exchange(method: string, path: string, { headers, body }: Message): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const { hostname, port, pathname } = this.base;
      const outgoing = request(
        {
          agent: this.agent,
          hostname: hostname.replace(/^\[|\]$/g, ''),
          port,
          method,
          path: `${pathname.replace(/\/$/, '')}${path}`,
          headers,
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () =>
            resolve({ status: incoming.statusCode!, headers: incoming.headers, body: Buffer.concat(chunks) }),
          );
        },
      );
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        // The server closed an idle connection just as we took it: that says nothing about this request.
        const stale = outgoing.reusedSocket && error.code === 'ECONNRESET';
        if (stale && !this.closed) resolve(this.exchange(method, path, { headers, body }));
        else reject(error);
      });
      outgoing.end(body);
    });
  }
}
