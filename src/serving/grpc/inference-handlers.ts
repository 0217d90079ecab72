/** The methods of the Open Inference Protocol, over the same service as REST. Who sets a deadline on a call has it taken for the request's. */
import type { ServerDuplexStream, UntypedServiceImplementation } from '@grpc/grpc-js';
import { type Access, OPEN_ACCESS } from '../access.ts';
import type { ServedModel } from '../callables.ts';
import { countingRefusals, type RefusalWatchers } from '../count-refusals.ts';
import { Departure } from '../departure.ts';
import { describeModel, describeServer } from '../describe.ts';
import type { Call as CameCall } from '../finished-request.ts';
import type { InferenceService } from '../inference-service.ts';
import { REQUEST_ID, requestIdOf } from '../request-id.ts';
import { answersTo, assertAllowed, type Call, statusOf } from './answers-to.ts';
import { fromRequestMessage, type InferRequestMessage, toResponseMessage } from './infer-messages.ts';
import { assertDecoded } from './services.ts';

export interface InferenceContext extends RefusalWatchers {
  /** Of the plan in force: another one after a swap. */
  readonly service: InferenceService;
  readonly version: string;
  readonly access: Access;
}

interface Named {
  readonly name: string;
  readonly version: string;
}

export function inferenceHandlers(context: InferenceContext): UntypedServiceImplementation {
  const answering = answersTo(context.access);
  // As over REST: load balancers ask for health.
  const openly = answersTo(OPEN_ACCESS);
  const find = ({ name, version }: Named): ServedModel => context.service.model(name, version);
  return {
    ServerLive: openly(() => ({ live: true })),
    ServerReady: openly(() => ({ ready: context.service.ready })),
    ModelReady: openly(({ name, version }: Named) => ({
      ready: context.service.modelReady(name, version),
    })),
    ServerMetadata: answering(() => describeServer(context.version)),
    ModelMetadata: answering((named: Named) => describeModel(find(named))),
    ModelStatistics: answering((named: Named) => ({
      model_stats: (named.name === '' ? context.service.models : [find(named)]).map(({ name }) =>
        context.service.statistics(name),
      ),
    })),
    ModelInfer: answering((message: InferRequestMessage, call) => infer(context, message, call)),
    ModelStreamInfer: streamInfer(context),
  };
}

async function infer(context: InferenceContext, message: InferRequestMessage, call: Call): Promise<object> {
  assertDecoded(message);
  const { service } = context;
  const { name } = service.model(message.model_name, message.model_version);
  const headers = Object.fromEntries(
    Object.entries(call.metadata.getMap()).map(([key, value]) => [key, value.toString()]),
  );
  const come = { arrivedMs: performance.now(), requestId: requestIdOf(headers[REQUEST_ID]), headers };
  return countingRefusals(context, name, come, () => answerInference(service, name, message, call, come));
}

async function answerInference(
  service: InferenceService,
  name: string,
  message: InferRequestMessage,
  call: Call,
  come: Pick<CameCall, 'arrivedMs' | 'requestId' | 'headers'>,
): Promise<object> {
  service.assertOpen();
  const request = fromRequestMessage(message);
  const gone = new Departure();
  call.on('cancelled', () => gone.leave());
  if (call.cancelled) gone.leave();
  const response = await service.infer(name, request, {
    ...come,
    limitMs: remainingMs(call),
    gone,
  });
  return toResponseMessage(response, request);
}

/** Infinite where the client set no deadline. */
function remainingMs(call: Call): number {
  const deadline = call.getDeadline();
  return Math.max(0, (typeof deadline === 'number' ? deadline : deadline.getTime()) - Date.now());
}

/** Answers each request of the stream as soon as it can; a request that fails does not end the others. */
const streamInfer =
  (context: InferenceContext) =>
  (stream: ServerDuplexStream<InferRequestMessage, object>): void => {
    let underWay = 0;
    let hasEnded = false;
    const endWhenDone = (): void => {
      if (hasEnded && underWay === 0) stream.end();
    };
    stream.on('error', () => {});
    stream.on('drain', () => stream.resume());
    try {
      assertAllowed(context.access, stream);
    } catch (error) {
      stream.emit('error', statusOf(error));
      return;
    }
    stream.on('data', (message: InferRequestMessage) => {
      underWay += 1;
      infer(context, message, stream)
        .then(
          (response) => ({ infer_response: response }),
          (error: unknown) => ({
            error_message: statusOf(error).details,
            infer_response: { model_name: message.model_name ?? '', id: message.id ?? '' },
          }),
        )
        .then((answer) => {
          underWay -= 1;
          // Who does not read its answers asks for no more.
          if (!stream.cancelled && !stream.write(answer)) stream.pause();
          endWhenDone();
        });
    });
    stream.on('end', () => {
      hasEnded = true;
      endWhenDone();
    });
  };
