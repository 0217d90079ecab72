/** The REST side of the Open Inference Protocol: which path and method means what. */
import type { IncomingMessage } from 'node:http';
import type { TensorSpec } from '../domain/tensor.ts';
import type { ServedModel } from './callables.ts';
import type { InferenceService } from './inference-service.ts';
import type { Metrics } from './metrics.ts';
import { decodeInferRequest } from './protocol/decode-request.ts';
import { encodeInferResponse } from './protocol/encode-message.ts';
import { HEADER_LENGTH } from './protocol/infer-message.ts';
import { ProtocolError } from './protocol/protocol-error.ts';
import { readBody } from './read-body.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly chunks: readonly Uint8Array[];
}

export interface RouteContext {
  readonly service: InferenceService;
  readonly metrics: Metrics;
  readonly version: string;
  readonly bodyLimitBytes: number;
}

type Handler = (
  context: RouteContext,
  parameters: readonly string[],
  request: IncomingMessage,
  gone: AbortSignal,
) => Answer | Promise<Answer>;

interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly handle: Handler;
}

/** Statuses that say: the same request may go well a little later. */
const RETRY_LATER = new Set([429, 503]);

export const errorAnswer = (error: unknown): Answer => {
  const { status, message } =
    error instanceof ProtocolError
      ? error
      : { status: 500, message: `internal error: ${(error as Error).message}` };
  return json(status, { error: message }, RETRY_LATER.has(status) ? { 'retry-after': '1' } : {});
};

function decode(part: string | undefined): string {
  try {
    return decodeURIComponent(part ?? '');
  } catch {
    throw new ProtocolError(400, `the path has a malformed escape: ${part}`);
  }
}

function json(status: number, document: object, headers: Readonly<Record<string, string>> = {}): Answer {
  const body = Buffer.from(JSON.stringify(document));
  return {
    status,
    headers: { 'content-type': 'application/json', 'content-length': String(body.length), ...headers },
    chunks: [body],
  };
}

const readiness = (service: InferenceService): Answer =>
  service.ready ? json(200, { ready: true, live: true }) : json(503, { ready: false, live: true });

const modelNames = (service: InferenceService): string[] => service.models.map(({ name }) => name);

const describeServer: Handler = ({ service, version }) =>
  json(200, { name: 'harp', version, extensions: ['binary_tensor_data'], models: modelNames(service) });

function find({ service }: RouteContext, name: string | undefined, version: string | undefined): ServedModel {
  const model = service.model(name!);
  if (version === '' || version === '1') return model;
  throw new ProtocolError(404, `model "${name}" has no version "${version}": it has version 1`);
}

const describe = ({ name, inputs, outputs }: ServedModel): object => ({
  name,
  versions: ['1'],
  platform: 'onnxruntime_onnx',
  inputs: inputs.map(describeTensor),
  outputs: outputs.map(describeTensor),
});

/** A dimension that may vary is -1 in the protocol. */
const describeTensor = ({ name, datatype, shape }: TensorSpec): object => ({
  name,
  datatype,
  shape: shape.map((dim) => (typeof dim === 'number' ? dim : -1)),
});

const modelReady: Handler = (context, [name, version]) => {
  find(context, name, version);
  return readiness(context.service);
};

const infer: Handler = async (context, [name, version], request, gone) => {
  const arrivedMs = performance.now();
  const { name: model } = find(context, name, version);
  context.service.assertOpen();
  const body = await readBody(request, context.bodyLimitBytes);
  const length = request.headers[HEADER_LENGTH];
  const message = decodeInferRequest(body, length === undefined ? undefined : Number(length));
  const response = await context.service.infer(model, message, arrivedMs, gone);
  return { status: 200, ...encodeInferResponse(response, message) };
};

const scrape: Handler = async ({ metrics }) => {
  const body = Buffer.from(await metrics.text());
  return {
    status: 200,
    headers: { 'content-type': metrics.contentType, 'content-length': String(body.length) },
    chunks: [body],
  };
};

const MODEL = `^/v2/models/([^/]+)(?:/versions/([^/]+))?`;

const ROUTES: readonly Route[] = [
  { method: 'GET', path: /^\/v2\/health\/live$/, handle: () => json(200, { ready: true, live: true }) },
  { method: 'GET', path: /^\/v2\/health\/ready$/, handle: ({ service }) => readiness(service) },
  { method: 'GET', path: /^\/v2\/?$/, handle: describeServer },
  {
    method: 'GET',
    path: /^\/v2\/models\/?$/,
    handle: ({ service }) => json(200, { models: modelNames(service) }),
  },
  {
    method: 'GET',
    path: new RegExp(`${MODEL}$`),
    handle: (context, [name, version]) => json(200, describe(find(context, name, version))),
  },
  { method: 'GET', path: new RegExp(`${MODEL}/ready$`), handle: modelReady },
  { method: 'POST', path: new RegExp(`${MODEL}/infer$`), handle: infer },
  { method: 'GET', path: /^\/metrics$/, handle: scrape },
];

/** @throws ProtocolError for everything that is not a 200 */
export function route(
  context: RouteContext,
  request: IncomingMessage,
  gone: AbortSignal,
): Answer | Promise<Answer> {
  const path = request.url!.split('?', 1)[0]!;
  const here = ROUTES.filter((candidate) => candidate.path.test(path));
  if (here.length === 0) throw new ProtocolError(404, `there is nothing at ${path}`);
  const match = here.find(({ method }) => method === request.method);
  if (match === undefined) {
    throw new ProtocolError(
      405,
      `${path} takes ${here.map(({ method }) => method).join(', ')}, not ${request.method}`,
    );
  }
  return match.handle(context, match.path.exec(path)!.slice(1).map(decode), request, gone);
}
