/** The Open Inference Protocol over gRPC. Loaded only where it is asked for. */
import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import {
  type ChannelOptions,
  Client,
  credentials as channels,
  Metadata,
  type ServiceError,
  status,
  type VerifyOptions,
} from '@grpc/grpc-js';
import type { HarpError } from '../domain/errors.ts';
import {
  type InferResponseMessage,
  toldParameters,
  toRequestMessage,
} from '../serving/grpc/infer-messages.ts';
import { codecOf } from '../serving/grpc/messages.ts';
import type { InferRequest } from '../serving/protocol/infer-message.ts';
import {
  type Answer,
  type Credentials,
  type InferClient,
  notOfProtocol,
  type Prepared,
  told,
} from './infer-client.ts';
import { notLetIn, unreachable } from './unreachable.ts';

const NO_LIMIT = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 };
/** What metadata may take. */
const METADATA_MS = 10_000;
/** Of what is asked in the metadata: that the server lets nobody in without a token. */
const NOT_ALLOWED = [status.UNAUTHENTICATED, status.PERMISSION_DENIED];
const REQUEST = codecOf('ModelInferRequest');

type Bytes = (bytes: Buffer) => Buffer;
const asItIs: Bytes = (bytes) => bytes;

export class GrpcClient implements InferClient {
  private readonly url: string;
  private readonly tokenFile: string | undefined;
  private readonly client: Client;
  private readonly metadata = new Metadata();

  /** @param url `grpc://HOST:PORT`, or `grpcs://HOST:PORT` for TLS */
  constructor(url: URL, { token, tokenFile, ca, insecureTls }: Credentials) {
    this.url = url.href;
    this.tokenFile = tokenFile;
    const { verify, options } = serverName(url.hostname.replace(/^\[|\]$/g, ''));
    const channel =
      url.protocol === 'grpcs:'
        ? channels.createSsl(ca ?? null, null, null, { rejectUnauthorized: !insecureTls, ...verify })
        : channels.createInsecure();
    this.client = new Client(url.host, channel, { ...NO_LIMIT, ...options });
    if (token !== undefined) this.metadata.set('authorization', `Bearer ${token}`);
  }

  /** gRPC names no tensor extension: raw tensors are part of its messages. */
  async server(): Promise<unknown> {
    try {
      return await this.ask('ServerMetadata', {});
    } catch (error) {
      if ((error as ServiceError).code === status.UNIMPLEMENTED) return {};
      throw this.explain(error as ServiceError);
    }
  }

  async model(name: string): Promise<unknown> {
    try {
      return await this.ask('ModelMetadata', { name });
    } catch (error) {
      if ((error as ServiceError).code === status.NOT_FOUND) return undefined;
      throw this.explain(error as ServiceError);
    }
  }

  /** The limit goes as the parameter `timeout`, as over REST: a deadline of the call would hide how late late answers are. */
  prepare(model: string, request: InferRequest): Prepared {
    const fixed = REQUEST.encode(toRequestMessage(model, request));
    return {
      bytes: fixed.length,
      send: (limitMs) => {
        const timeout = { int64_param: Math.round(limitMs * 1000) };
        // Protobuf reads messages one after the other as one message.
        const message = Buffer.concat([fixed, REQUEST.encode({ parameters: { timeout } })]);
        return this.infer(message);
      },
    };
  }

  close(): void {
    this.client.close();
  }

  private infer(message: Buffer): Promise<Answer> {
    return new Promise((resolve) => {
      this.client.makeUnaryRequest(
        '/inference.GRPCInferenceService/ModelInfer',
        asItIs,
        asItIs,
        message,
        this.metadata,
        (error, bytes) => {
          const atMs = performance.now();
          resolve(error ? { atMs, ...failureOf(error) } : { atMs, ...answerIn(bytes!) });
        },
      );
    });
  }

  private ask(method: string, message: object): Promise<unknown> {
    const { encode } = codecOf(`${method}Request`);
    const { decode } = codecOf(`${method}Response`);
    return new Promise((resolve, reject) => {
      this.client.makeUnaryRequest(
        `/inference.GRPCInferenceService/${method}`,
        encode,
        decode,
        message,
        this.metadata,
        { deadline: Date.now() + METADATA_MS },
        (error, reply) => (error ? reject(error) : resolve(reply)),
      );
    });
  }

  private explain(error: ServiceError): HarpError {
    if (NOT_ALLOWED.includes(error.code)) return notLetIn(this.url, error.details, this.tokenFile);
    const { name, message } = error;
    return unreachable(this.url, { name, message: error.details || message });
  }
}

/**
 * An address is no name to ask for in TLS (RFC 6066), and Node warns of it, but gRPC always asks for what it connects to. So another name
 * is asked for, and the certificate still must be that of the address.
 */
function serverName(host: string): { verify: VerifyOptions; options: ChannelOptions } {
  if (isIP(host) === 0) return { verify: {}, options: {} };
  return {
    verify: { checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate) },
    options: { 'grpc.ssl_target_name_override': 'localhost' },
  };
}

function failureOf({ code, details }: ServiceError): Omit<Answer, 'atMs'> {
  if (code === status.RESOURCE_EXHAUSTED) return { outcome: 'shed' };
  if (code === status.DEADLINE_EXCEEDED) return { outcome: 'expired' };
  return { outcome: 'failed', reason: status[code] ?? String(code), ...(details && { message: details }) };
}

const RESPONSE = codecOf('ModelInferResponse');

function answerIn(bytes: Buffer): Omit<Answer, 'atMs'> {
  try {
    const response = RESPONSE.decode(bytes) as InferResponseMessage;
    return { outcome: 'answered', ...told({ parameters: toldParameters(response) }) };
  } catch (error) {
    return notOfProtocol(error);
  }
}
