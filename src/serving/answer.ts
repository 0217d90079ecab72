/** From how rows ended to what a client is told: the response, or an error with its status. */
import { InputRefused } from '../engine/worker-port.ts';
import { roundTo } from '../numeric/round-to.ts';
import type { Callable } from './callables.ts';
import type { DataFlow } from './data-flow.ts';
import { VERSION } from './describe.ts';
import type { Outcome } from './finished-request.ts';
import type { InferRequest, InferResponse, ParameterValue } from './protocol/infer-message.ts';
import { ProtocolError } from './protocol/protocol-error.ts';
import type { RowEnd } from './row-in-flight.ts';
import { joinRows } from './rows.ts';

/** @param ends of all rows, all complete */
export function toResponse(
  { name, flow }: Callable,
  request: InferRequest,
  ends: readonly RowEnd[],
): InferResponse {
  return {
    modelName: name,
    modelVersion: VERSION,
    id: request.id,
    outputs: flow.exposed.map((exposed) =>
      joinRows(
        exposed.name,
        ends.map((end) => end.output(exposed.module, exposed.tensor)),
      ),
    ),
    parameters: describeWay(flow, ends),
  };
}

function describeWay({ exposed, splits }: DataFlow, ends: readonly RowEnd[]): Record<string, ParameterValue> {
  const parameters: Record<string, ParameterValue> = {};
  for (const { name, module, tensor } of exposed) {
    // Any number of rows for each row of the request: how many for each, as "2,0,3".
    if (splits[module])
      parameters[`${name}.rows`] = ends.map((end) => end.output(module, tensor).dims[0]).join(',');
  }
  const most = (fact: 'queueMs' | 'computeMs' | 'batchSize'): number =>
    ends.reduce((highest, { facts }) => Math.max(highest, facts![fact]), 0);
  parameters.queue_ms = roundTo(most('queueMs'), 3);
  parameters.compute_ms = roundTo(most('computeMs'), 3);
  parameters.batch_size = most('batchSize');
  parameters.worker = ends[0]!.facts!.worker;
  return parameters;
}

const SHED_BECAUSE = {
  'deadline-too-short': 'the time this request allows is shorter than the fastest answer',
  overload: 'with what is queued before it, its rows could not all be answered in time',
  'queue-full': 'the queue is full',
  displaced: 'it gave way to a more important one',
} as const;

/** @param end of a row that is not complete */
export function toError({ decision, failure }: RowEnd): ProtocolError {
  switch (decision.kind) {
    case 'shed':
      return new ProtocolError(429, `refused: ${SHED_BECAUSE[decision.reason]}`);
    case 'expire':
      return new ProtocolError(504, 'expired: the deadline passed before a machine was free');
    case 'fail':
      if (decision.reason === 'lost') {
        return new ProtocolError(503, 'every worker that ran this request was lost');
      }
      return failure instanceof InputRefused
        ? new ProtocolError(400, `the model does not run on these values: ${failure.message}`)
        : new ProtocolError(500, `the engine failed: ${failure?.message}`);
    case 'complete':
      throw new Error('complete is no error');
  }
}

/** Status of a request whose client does not wait any more; nobody sees it. */
export const HUNG_UP = 499;

const OUTCOME_OF_STATUS: Readonly<Record<number, Outcome>> = {
  429: 'shed',
  504: 'expired',
  [HUNG_UP]: 'cancelled',
};

export const outcomeOf = (status: number): Outcome => OUTCOME_OF_STATUS[status] ?? 'failed';
