/** The REST side of the Open Inference Protocol: which path and method means what. */
import type { IncomingMessage } from 'node:http';
import { lets } from './access.ts';
import { ProtocolError } from './protocol/protocol-error.ts';
import type { Answer } from './rest-answer.ts';
import {
  alive,
  allStatistics,
  type Client,
  type Handler,
  infer,
  listModels,
  liveReport,
  modelMetadata,
  modelReady,
  page,
  type RouteContext,
  ready,
  scrape,
  serverMetadata,
  statistics,
} from './rest-handlers.ts';

interface Route {
  /** Whether it wants no token: load balancers ask for health. */
  readonly isOpen?: boolean;
  readonly method: 'GET' | 'POST';
  readonly handle: Handler;
}

export const METRICS_PATH = '/metrics';

const ROUTES = new Map<string, Route>([
  ['/v2/health/live', { method: 'GET', isOpen: true, handle: alive }],
  ['/v2/health/ready', { method: 'GET', isOpen: true, handle: ready }],
  ['/v2', { method: 'GET', handle: serverMetadata }],
  ['/v2/', { method: 'GET', handle: serverMetadata }],
  ['/v2/models', { method: 'GET', handle: listModels }],
  ['/v2/models/', { method: 'GET', handle: listModels }],
  ['/v2/models/stats', { method: 'GET', handle: allStatistics }],
  [METRICS_PATH, { method: 'GET', handle: scrape }],
  // It holds no data: it asks for the token itself.
  ['/', { method: 'GET', isOpen: true, handle: page }],
  ['/live', { method: 'GET', handle: liveReport }],
]);

/** Name, version, and what is asked of the model. */
const MODEL = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(?:\/([a-z]+))?$/;

const MODEL_ROUTES = new Map<string, Route>([
  ['', { method: 'GET', handle: modelMetadata }],
  ['ready', { method: 'GET', isOpen: true, handle: modelReady }],
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

function decode(part: string | undefined): string | undefined {
  if (part?.includes('%') !== true) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ProtocolError(400, `the path has a malformed escape: ${part}`);
  }
}
