import {
  type Attributes,
  propagation,
  type SpanContext,
  type SpanOptions,
  type SpanStatus,
  trace,
} from '@opentelemetry/api';
import { afterEach, expect, it } from 'vitest';
import { Departure } from '../../src/serving/departure.ts';
import type { FinishedRequest } from '../../src/serving/finished-request.ts';
import { tracer } from '../../src/serving/trace-requests.ts';

const request: FinishedRequest = {
  model: 'm',
  outcome: 'served',
  status: 200,
  rows: 2,
  durationMs: 30,
  ends: [],
  message: undefined,
  failedIn: undefined,
  call: {
    arrivedMs: 100,
    limitMs: Number.POSITIVE_INFINITY,
    gone: new Departure(),
    requestId: 'r-1',
    headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
  },
};

interface Recorded {
  name: string;
  options: SpanOptions;
  parent: SpanContext | undefined;
  attributes: Attributes;
  status: SpanStatus | undefined;
  endTime: unknown;
}

/** What an SDK would be told. */
function record(): Recorded[] {
  const spans: Recorded[] = [];
  trace.setGlobalTracerProvider({
    getTracer: () =>
      ({
        startSpan: (name: string, options: SpanOptions, parent: never) => {
          const span: Recorded = {
            name,
            options,
            parent: trace.getSpanContext(parent),
            attributes: {},
            status: undefined,
            endTime: undefined,
          };
          spans.push(span);
          return {
            isRecording: () => true,
            setAttributes: (attributes: Attributes) => Object.assign(span.attributes, attributes),
            setStatus: (status: SpanStatus) => {
              span.status = status;
            },
            end: (time: unknown) => {
              span.endTime = time;
            },
          };
        },
      }) as never,
  });
  propagation.setGlobalPropagator({
    inject: () => {},
    fields: () => ['traceparent'],
    extract: (context, carrier) => {
      const [, traceId, spanId] = (carrier as { traceparent: string }).traceparent.split('-');
      return trace.setSpanContext(context, { traceId: traceId!, spanId: spanId!, traceFlags: 1 });
    },
  });
  return spans;
}

afterEach(() => {
  trace.disable();
  propagation.disable();
});

it('a request is a span from its arrival to its answer, the child of the span that its client tells', async () => {
  const spans = record();
  (await tracer('1'))(request);
  const [span] = spans;
  expect(span!.parent).toMatchObject({ spanId: 'b7ad6b7169203331' });
  expect((span!.endTime as number) - (span!.options.startTime as number)).toBeCloseTo(30);
  expect(span!.attributes).toMatchObject({ 'harp.model': 'm', 'harp.rows': 2, 'harp.request_id': 'r-1' });
  expect(span!.status).toBeUndefined();
});

it('one that was refused says why', async () => {
  const spans = record();
  (await tracer('1'))({ ...request, outcome: 'shed', status: 429, message: 'refused: overload' });
  expect(spans[0]!.status).toEqual({ code: 2, message: 'refused: overload' });
  expect(spans[0]!.attributes['harp.outcome']).toBe('shed');
});

it('without an SDK nothing happens', async () => {
  const finished = await tracer('1');
  expect(() => finished(request)).not.toThrow();
});
