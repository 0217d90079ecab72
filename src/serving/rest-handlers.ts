/** What each route of the REST side answers. */
import type { IncomingMessage } from 'node:http';
import type { Access } from './access.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { ServedModel } from './callables.ts';
import { countingRefusals, type RefusalWatchers } from './count-refusals.ts';
import type { Departure } from './departure.ts';
import { describeModel, describeServer } from './describe.ts';
import type { Call } from './finished-request.ts';
import type { InferenceService } from './inference-service.ts';
import { assembleLivePage, type LivePage } from './live/live-page.ts';
import type { LiveView } from './live/live-view.ts';
import type { Metrics } from './metrics.ts';
import { decodeInferRequest } from './protocol/decode-request.ts';
import { encodeInferResponse } from './protocol/encode-message.ts';
import { HEADER_LENGTH } from './protocol/infer-message.ts';
import { malformed, preview } from './protocol/protocol-error.ts';
import { readBody } from './read-body.ts';
import { type Answer, json, whole } from './rest-answer.ts';

export interface RouteContext extends RefusalWatchers {
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

export type Handler = (
  context: RouteContext,
  parameters: readonly (string | undefined)[],
  request: IncomingMessage,
  client: Client,
) => Answer | Promise<Answer>;

const readiness = (ready: boolean): Answer => json(ready ? 200 : 503, { ready, live: true });

const modelNames = (service: InferenceService): string[] => service.models.map(({ name }) => name);

export const alive: Handler = ({ service }) => json(200, { ready: service.ready, live: true });

export const ready: Handler = ({ service }) => readiness(service.ready);

export const serverMetadata: Handler = ({ service, version }) =>
  json(200, { ...describeServer(version), models: modelNames(service) });

const find = (
  { service }: RouteContext,
  name: string | undefined,
  version: string | undefined,
): ServedModel => service.model(name!, version ?? '');

export const modelReady: Handler = ({ service }, [name, version]) =>
  readiness(service.modelReady(name!, version ?? ''));

export const infer: Handler = async (context, [name, version], request, client) => {
  const wanted = find(context, name, version);
  const call = { ...client, arrivedMs: performance.now(), headers: request.headers };
  return countingRefusals(context, wanted.name, call, () => answerInference(context, wanted, request, call));
};

async function answerInference(
  context: RouteContext,
  wanted: ServedModel,
  request: IncomingMessage,
  call: Omit<Call, 'limitMs'>,
): Promise<Answer> {
  context.service.assertOpen();
  const body = await readBody(request, context.bodyLimitBytes, context.memory);
  const message = decodeInferRequest(body, headerLengthOf(request), wanted.inputs);
  const response = await context.service.infer(wanted.name, message, {
    ...call,
    limitMs: timeLimitOf(request),
  });
  const { headers, text, raw } = encodeInferResponse(response, message);
  return { status: 200, headers, text, raw };
}

/** Of the JSON. @throws ProtocolError 400 */
function headerLengthOf({ headers }: IncomingMessage): number | undefined {
  const text = headers[HEADER_LENGTH];
  if (text === undefined || !Number.isNaN(Number(text))) return text === undefined ? undefined : Number(text);
  throw malformed('Inference-Header-Content-Length', 'a number of bytes', preview(text));
}

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

export const scrape: Handler = ({ metrics }) =>
  whole(Buffer.from(metrics.text()), { 'content-type': metrics.contentType });

let livePage: LivePage | undefined;

export const page: Handler = () => {
  livePage ??= assembleLivePage();
  return whole(livePage.html, livePage.headers);
};

export const liveReport: Handler = (context) =>
  whole(context.live.json(), { 'content-type': 'application/json', 'cache-control': 'no-store' });

export const listModels: Handler = ({ service }) => json(200, { models: modelNames(service) });

export const modelMetadata: Handler = (context, [name, version]) =>
  json(200, describeModel(find(context, name, version)));

export const allStatistics: Handler = ({ service }) =>
  json(200, { model_stats: service.models.map(({ name }) => service.statistics(name)) });

export const statistics: Handler = (context, [name, version]) =>
  json(200, { model_stats: [context.service.statistics(find(context, name, version).name)] });
