/** The REST side of the Open Inference Protocol: which path and method means what. */
import type { IncomingMessage } from 'node:http';
import { type Access, lets } from './access.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { ServedModel } from './callables.ts';
import type { Departure } from './departure.ts';
import { describeModel, describeServer } from './describe.ts';
import type { InferenceService } from './inference-service.ts';
import { assembleLivePage, type LivePage } from './live/live-page.ts';
import type { LiveView } from './live/live-view.ts';
import type { Metrics } from './metrics.ts';
import { decodeInferRequest } from './protocol/decode-request.ts';
import { encodeInferResponse } from './protocol/encode-message.ts';
import { HEADER_LENGTH } from './protocol/infer-message.ts';
import { malformed, ProtocolError, preview } from './protocol/protocol-error.ts';
import { readBody } from './read-body.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body begins with this text, */
  readonly text: string;
  /** and goes on with these bytes. */
  readonly raw: readonly Uint8Array[];
}

export interface RouteContext {
  readonly service: InferenceService;
  readonly metrics: Metrics;
  readonly live: LiveView;
  readonly version: string;
  readonly bodyLimitBytes: number;
  /** For requests that are not answered yet. */
  readonly memory: ByteBudget;
  readonly access: Access;
  /** The one path that is served here; all of them by default. */
  readonly only?: string;
}

/** Who asks. */
export interface Client {
  /** Tells when nobody waits for the answer any more. */
  readonly gone: Departure;
  readonly requestId: string;
}

type Handler = (
  context: RouteContext,
  parameters: readonly (string | undefined)[],
  request: IncomingMessage,
  client: Client,
) => Answer | Promise<Answer>;

interface Route {
  /** Whether it wants no token: load balancers ask for health. */
  readonly isOpen?: boolean;
  readonly method: 'GET' | 'POST';
  readonly handle: Handler;
}

/** What comes with an error: the same request may go well a little later, or with a token. */
const EXTRA_HEADERS: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  401: { 'www-authenticate': 'Bearer' },
  429: { 'retry-after': '1' },
  503: { 'retry-after': '1' },
};

export const errorAnswer = (error: unknown): Answer => {
  const { status, message } =
    error instanceof ProtocolError
      ? error
      : { status: 500, message: `internal error: ${(error as Error).message}` };
  return json(status, { error: message }, EXTRA_HEADERS[status]);
};

function decode(part: string | undefined): string | undefined {
  if (part?.includes('%') !== true) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ProtocolError(400, `the path has a malformed escape: ${part}`);
  }
}

function json(status: number, document: object, extra: Readonly<Record<string, string>> = {}): Answer {
  const text = JSON.stringify(document);
  const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) };
  return { status, headers: { ...headers, ...extra }, text, raw: [] };
}

/** A 200. */
const whole = (body: Uint8Array, headers: Readonly<Record<string, string>>): Answer => ({
  status: 200,
  headers: { 'content-length': String(body.length), ...headers },
  text: '',
  raw: [body],
});

const readiness = (service: InferenceService): Answer =>
  service.ready ? json(200, { ready: true, live: true }) : json(503, { ready: false, live: true });

const modelNames = (service: InferenceService): string[] => service.models.map(({ name }) => name);

const describe: Handler = ({ service, version }) =>
  json(200, { ...describeServer(version), models: modelNames(service) });

const find = (
  { service }: RouteContext,
  name: string | undefined,
  version: string | undefined,
): ServedModel => service.model(name!, version ?? '');

const modelReady: Handler = (context, [name, version]) => {
  find(context, name, version);
  return readiness(context.service);
};

const infer: Handler = async (context, [name, version], request, { gone, requestId }) => {
  const arrivedMs = performance.now();
  const { name: model } = find(context, name, version);
  context.service.assertOpen();
  const body = await readBody(request, context.bodyLimitBytes, context.memory);
  const length = request.headers[HEADER_LENGTH];
  const message = decodeInferRequest(body, length === undefined ? undefined : Number(length));
  const response = await context.service.infer(model, message, {
    arrivedMs,
    limitMs: timeLimitOf(request),
    gone,
    requestId,
    headers: request.headers,
  });
  const { headers, text, raw } = encodeInferResponse(response, message);
  return { status: 200, headers, text, raw };
};

/** A limit for clients that set headers more easily than parameters, ms. */
const TIMEOUT_HEADER = 'x-request-timeout-ms';

/** @throws ProtocolError 400 */
function timeLimitOf({ headers }: IncomingMessage): number {
  const text = headers[TIMEOUT_HEADER];
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const limitMs = Number(text);
  if (limitMs > 0 && Number.isFinite(limitMs)) return limitMs;
  throw malformed(TIMEOUT_HEADER, 'milliseconds above 0', preview(text));
}

const scrape: Handler = ({ metrics }) =>
  whole(Buffer.from(metrics.text()), { 'content-type': metrics.contentType });

let livePage: LivePage | undefined;

const page: Handler = () => {
  livePage ??= assembleLivePage();
  return whole(livePage.html, livePage.headers);
};

const live: Handler = (context) =>
  whole(context.live.json(), { 'content-type': 'application/json', 'cache-control': 'no-store' });

const listModels: Handler = ({ service }) => json(200, { models: modelNames(service) });

const modelMetadata: Handler = (context, [name, version]) =>
  json(200, describeModel(find(context, name, version)));

const allStatistics: Handler = ({ service }) =>
  json(200, { model_stats: service.models.map(({ name }) => service.statistics(name)) });

const statistics: Handler = (context, [name, version]) =>
  json(200, { model_stats: [context.service.statistics(find(context, name, version).name)] });

export const METRICS_PATH = '/metrics';

const ROUTES = new Map<string, Route>([
  ['/v2/health/live', { method: 'GET', isOpen: true, handle: () => json(200, { ready: true, live: true }) }],
  ['/v2/health/ready', { method: 'GET', isOpen: true, handle: ({ service }) => readiness(service) }],
  ['/v2', { method: 'GET', handle: describe }],
  ['/v2/', { method: 'GET', handle: describe }],
  ['/v2/models', { method: 'GET', handle: listModels }],
  ['/v2/models/', { method: 'GET', handle: listModels }],
  ['/v2/models/stats', { method: 'GET', handle: allStatistics }],
  [METRICS_PATH, { method: 'GET', handle: scrape }],
  // It holds no data: it asks for the token itself.
  ['/', { method: 'GET', isOpen: true, handle: page }],
  ['/live', { method: 'GET', handle: live }],
]);

/** Name, version, and what is asked of the model. */
const MODEL = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(?:\/([a-z]+))?$/;

const MODEL_ROUTES = new Map<string, Route>([
  ['', { method: 'GET', handle: modelMetadata }],
  ['ready', { method: 'GET', handle: modelReady }],
  ['infer', { method: 'POST', handle: infer }],
  ['stats', { method: 'GET', handle: statistics }],
]);

/** @throws ProtocolError for everything that is not a 200 */
export function route(
  context: RouteContext,
  request: IncomingMessage,
  client: Client,
): Answer | Promise<Answer> {
  const url = request.url!;
  const query = url.indexOf('?');
  const path = query < 0 ? url : url.slice(0, query);
  const isHere = context.only === undefined || path === context.only;
  const fixed = isHere ? ROUTES.get(path) : undefined;
  const model = isHere && fixed === undefined ? MODEL.exec(path) : null;
  const found = fixed ?? (model ? MODEL_ROUTES.get(model[3] ?? '') : undefined);
  if (!found?.isOpen && !lets(context.access, request.headers.authorization)) {
    throw new ProtocolError(401, 'no valid token: send the header "Authorization: Bearer TOKEN"');
  }
  if (found === undefined) throw new ProtocolError(404, `there is nothing at ${path}`);
  if (found.method !== request.method) {
    throw new ProtocolError(405, `${path} takes ${found.method}, not ${request.method}`);
  }
  return found.handle(context, model ? [decode(model[1]), decode(model[2])] : [], request, client);
}
