/**
 * An OpenTelemetry span for every request, as a child of the client's where it tells one (`traceparent`). Through the API alone: nothing
 * happens unless the user loads an SDK, as with `node --import ./otel.js`.
 */
import { isAnswered, type OnFinished, queueMsOf } from './finished-request.ts';

export async function tracer(version: string): Promise<OnFinished> {
  const { propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } = await import('@opentelemetry/api');
  const { timeOrigin } = performance;
  const spans = trace.getTracer('harp', version);
  return (request) => {
    const { model, rows, call, durationMs, outcome, status, message, ends } = request;
    const startTime = timeOrigin + call.arrivedMs;
    const parent = propagation.extract(ROOT_CONTEXT, call.headers);
    const span = spans.startSpan(`infer ${model}`, { kind: SpanKind.SERVER, startTime }, parent);
    if (span.isRecording()) {
      span.setAttributes({
        'harp.model': model,
        'harp.rows': rows,
        'harp.outcome': outcome,
        'harp.request_id': call.requestId,
        'harp.queue_ms': queueMsOf(request),
        'harp.compute_ms': Math.max(0, ...ends.map(({ facts }) => facts?.computeMs ?? 0)),
        'harp.batch_size': Math.max(0, ...ends.map(({ facts }) => facts?.batchSize ?? 0)),
        'http.response.status_code': status,
      });
      if (!isAnswered(request)) span.setStatus({ code: SpanStatusCode.ERROR, message: message ?? outcome });
    }
    span.end(startTime + durationMs);
  };
}
