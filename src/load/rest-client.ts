/** The Open Inference Protocol over HTTP: metadata, and inference with raw or JSON tensors. */
import { HarpError } from '../domain/errors.ts';
import type { LoadProtocol } from '../domain/load.ts';
import { decodeInferResponse } from '../serving/protocol/decode-response.ts';
import { HEADER_LENGTH, type InferRequest } from '../serving/protocol/infer-message.ts';
import { HttpClient, type Reply } from './http-client.ts';
import {
  type Answer,
  type Credentials,
  type InferClient,
  notOfProtocol,
  type Prepared,
  told,
} from './infer-client.ts';
import { timedBody } from './timed-body.ts';
import { notLetIn, unreachable } from './unreachable.ts';

export class RestClient implements InferClient {
  private readonly url: string;
  private readonly tokenFile: string | undefined;
  private readonly http: HttpClient;

  /** @param connections kept open at most while idle */
  constructor(url: URL, credentials: Credentials, connections: number) {
    this.url = url.href.replace(/\/$/, '');
    this.tokenFile = credentials.tokenFile;
    this.http = new HttpClient(url, credentials, connections);
  }

  async server(): Promise<unknown> {
    return (await this.ask('/v2')) ?? {};
  }

  model(name: string): Promise<unknown> {
    return this.ask(modelPath(name));
  }

  prepare(model: string, request: InferRequest, protocol: LoadProtocol): Prepared {
    const binary = protocol === 'rest-binary';
    const { bytes, within } = timedBody({ ...request, binaryByDefault: binary }, { binary });
    const path = `${modelPath(model)}/infer`;
    return {
      bytes,
      send: (limitMs) =>
        this.http.post(path, within(limitMs)).then(answerIn, (error: NodeJS.ErrnoException) => ({
          outcome: 'failed',
          atMs: performance.now(),
          reason: error.code ?? error.message,
        })),
    };
  }

  close(): void {
    this.http.close();
  }

  /** A document; undefined where the server has none there. */
  private async ask(path: string): Promise<unknown> {
    const where = `${this.url}${path}`;
    const { status, body } = await this.http.get(path).catch((error) => {
      throw unreachable(this.url, error);
    });
    if (status === 401 || status === 403) {
      throw notLetIn(where, `status ${status}`, this.tokenFile);
    }
    if (status !== 200) return undefined;
    try {
      return JSON.parse(body.toString('utf8'));
    } catch {
      throw new HarpError('bad-input', 'this server does not speak the Open Inference Protocol', {
        where,
        expected: 'metadata in JSON',
        got: JSON.stringify(body.toString('utf8', 0, 40)),
      });
    }
  }
}

const modelPath = (name: string): string => `/v2/models/${encodeURIComponent(name)}`;

function answerIn({ status, headers, body, atMs }: Reply): Answer {
  if (status === 429) return { outcome: 'shed', atMs };
  if (status === 504) return { outcome: 'expired', atMs };
  if (status !== 200) return { outcome: 'failed', atMs, reason: String(status), ...messageIn(body) };
  try {
    const length = headers[HEADER_LENGTH];
    const response = decodeInferResponse(body, length === undefined ? undefined : Number(length));
    return { outcome: 'answered', atMs, ...told(response) };
  } catch (error) {
    return { atMs, ...notOfProtocol(error) };
  }
}

/** Characters of a server's message that are kept. */
const MESSAGE_LENGTH = 200;

/** The protocol's `{"error": "…"}`, or whatever text came. */
function messageIn(body: Buffer): { message?: string } {
  const text = body.toString('utf8', 0, 4 * MESSAGE_LENGTH);
  const said = /"error"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
  const message = (said === undefined ? text : (JSON.parse(said) as string)).slice(0, MESSAGE_LENGTH);
  return message.trim() === '' ? {} : { message };
}
