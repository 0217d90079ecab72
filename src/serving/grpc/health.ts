/** `grpc.health.v1`: whether a load balancer should send requests here. Anybody may ask. */
import type { ServerWritableStream, UntypedServiceImplementation } from '@grpc/grpc-js';
import { OPEN_ACCESS } from '../access.ts';
import type { InferenceService } from '../inference-service.ts';
import { answersTo, statusOf } from './answers-to.ts';
import { assertDecoded } from './services.ts';

export interface HealthContext {
  /** Of the plan in force: another one after a swap. */
  readonly service: InferenceService;
}

/** HealthCheckResponse.ServingStatus */
const HEALTH = { serving: 1, notServing: 2, unknown: 3 } as const;

/** How often it is looked whether health has changed, for those who watch. */
const LOOK_EVERY_MS = 100;

const NOT_FOUND = 5;

export function healthHandlers(context: HealthContext): UntypedServiceImplementation {
  const healthOf = (name: string): number => {
    const { service } = context;
    const isServer = ['', 'inference.GRPCInferenceService'].includes(name);
    if (!isServer && !service.models.some((model) => model.name === name)) return HEALTH.unknown;
    const isReady = isServer ? service.ready : service.modelReady(name, '');
    return isReady ? HEALTH.serving : HEALTH.notServing;
  };
  return {
    Check: answersTo(OPEN_ACCESS)(({ service: name }: { service: string }) => {
      const status = healthOf(name);
      if (status === HEALTH.unknown)
        throw Object.assign(new Error(`unknown service "${name}"`), { code: NOT_FOUND });
      return { status };
    }),
    Watch: watchHealth(context, healthOf),
  };
}

/** Tells the health now, and again whenever it changes, until the client leaves or the server does. */
const watchHealth =
  (context: HealthContext, healthOf: (name: string) => number) =>
  (stream: ServerWritableStream<{ service: string }, object>): void => {
    let told: number | undefined;
    const look = (): void => {
      const status = healthOf(stream.request.service);
      if (status !== told) stream.write({ status });
      told = status;
      if (context.service.draining) stream.end();
    };
    stream.on('error', () => {});
    try {
      assertDecoded(stream.request);
      look();
    } catch (error) {
      stream.emit('error', statusOf(error));
      return;
    }
    const looking = setInterval(look, LOOK_EVERY_MS).unref();
    for (const over of ['cancelled', 'finish', 'close']) stream.on(over, () => clearInterval(looking));
  };
