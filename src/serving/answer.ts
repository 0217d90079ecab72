/** From how rows ended to what a client is told: the response, or an error with its status. */
import { InputRefused } from '../engine/worker-port.ts';
import { roundTo } from '../numeric/round-to.ts';
import type { ShedReason } from '../policy/admission.ts';
import type { Callable } from './callables.ts';
import type { DataFlow } from './data-flow.ts';
import { VERSION } from './describe.ts';
import type { Outcome } from './finished-request.ts';
import { runsOf } from './module-run.ts';
import type { InferRequest, InferResponse, ParameterValue } from './protocol/infer-message.ts';
import { ProtocolError } from './protocol/protocol-error.ts';
import type { RowEnd } from './row-in-flight.ts';
import { joinRows } from './rows.ts';

/** @param ends of all rows, all complete */
export function toResponse(
  { name, flow, modules }: Callable,
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
    parameters: describeWay(flow, modules, ends),
  };
}

function describeWay(
  { exposed, splits }: DataFlow,
  modules: readonly number[],
  ends: readonly RowEnd[],
): Record<string, ParameterValue> {
  const parameters: Record<string, ParameterValue> = {};
  for (const { name, module, tensor } of exposed) {
    // Any number of rows for each row of the request: how many for each, as "2,0,3".
    if (splits[module])
      parameters[`${name}.rows`] = ends.map((end) => end.output(module, tensor).dims[0]).join(',');
  }
  // Its two times are those of one row: the one that the others waited for.
  const rows = ends.map(({ facts }) => facts!);
  const { queueMs, computeMs, worker } = rows.reduce((slowest, row) =>
    row.queueMs + row.computeMs > slowest.queueMs + slowest.computeMs ? row : slowest,
  );
  parameters.queue_ms = roundTo(queueMs, 3);
  parameters.compute_ms = roundTo(computeMs, 3);
  parameters.batch_size = rows.reduce((most, { batchSize }) => Math.max(most, batchSize), 0);
  parameters.worker = worker;
  if (modules.length > 1) describeModules(ends, parameters);
  return parameters;
}

/** Of an application of several modules: what each has run for the request, all of its rows together. */
function describeModules(ends: readonly RowEnd[], parameters: Record<string, ParameterValue>): void {
  for (const { module, tasks, batches, longestMs } of runsOf(ends)) {
    parameters[`${module}.compute_ms`] = roundTo(longestMs, 3);
    parameters[`${module}.batch_size`] = roundTo(tasks / batches, 3);
    parameters[`${module}.tasks`] = tasks;
  }
}

export type LimitOf = 'request' | 'SLO' | 'budget';

/** What a request asked for and what there is, for those whom it is refused. */
export interface Asked {
  readonly rows: number;
  /** ms, from its arrival; */
  readonly limitMs: number;
  /** that it brought itself, or else the SLO; of a module that is called by itself, its budget, which is less. */
  readonly limitOf: LimitOf;
  /** Gone of them when it was decided about. */
  readonly passedMs: number;
  /** The shortest from arrival to answer that anything takes, ms. */
  readonly fastestMs: number;
  /** Rows that may wait at a module. */
  readonly queueLimit: number;
  /** Whether a worker of a module has nothing to do. */
  readonly hasIdle: (module: number) => boolean;
}

const LIMITS = 'parameter "timeout" in µs, header X-Request-Timeout-Ms, or the deadline of a gRPC call';

const WHOSE: Readonly<Record<LimitOf, string>> = {
  request: 'this request',
  SLO: 'the SLO of the plan',
  budget: "this module's budget in the plan, a part of the SLO,",
};

/** The limit, and where it comes from if that is not what one would think. */
const within = ({ limitMs, limitOf }: Asked): string =>
  limitOf === 'budget'
    ? `${ms(limitMs)}, this module's budget in the plan (a request may bring a longer limit: ${LIMITS})`
    : ms(limitMs);

/** What there is, what it would take, and how to go on. */
function whyShed(reason: ShedReason, asked: Asked): string {
  const { rows, limitMs, limitOf, passedMs, fastestMs, queueLimit } = asked;
  const rowsText = rows === 1 ? 'one row' : `${rows} rows`;
  switch (reason) {
    case 'deadline-too-short': {
      const limit = `${WHOSE[limitOf]} allows ${ms(limitMs)}`;
      const passed = limitMs < fastestMs ? '' : `, ${ms(passedMs)} of it gone when it had been read`;
      const next = limitOf === 'request' ? 'allow more' : 'bring a longer limit, or plan for a looser SLO';
      return `${limit}${passed}, and the fastest answer takes ${ms(fastestMs)}: ${next} (${LIMITS})`;
    }
    case 'overload':
      return `behind what is queued its ${rowsText} could not all be answered within ${within(asked)}: try again later, allow more time, or plan for a higher rate`;
    case 'queue-full':
      return `no more than ${queueLimit} rows may wait at a module (--queue-limit), and there was no room for the ${rowsText} of this request or what came of it: try again later, or send fewer at once`;
    case 'displaced':
      return 'it gave way to a more important one: try again later, or with a lower number as its priority';
  }
}

/** @param wasHeld a machine of the module where it waited had nothing to do */
function whyExpired(wasHeld: boolean, asked: Asked): string {
  const late = `until it could not be answered within ${within(asked)} any more`;
  return wasHeld
    ? `it was held for others to fill its batch, as the plan has it, ${late}: allow more time, or plan with a --reserve`
    : `no machine was free for it ${late}: try again later, allow more time, or plan for a higher rate or with a --reserve`;
}

/** @param end of a row that is not complete */
export function toError({ decision, failure }: RowEnd, asked: Asked): ProtocolError {
  switch (decision.kind) {
    case 'shed':
      return new ProtocolError(429, `refused: ${whyShed(decision.reason, asked)}`, decision.reason);
    case 'expire':
      return new ProtocolError(504, `expired: ${whyExpired(asked.hasIdle(decision.module), asked)}`);
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

const ms = (value: number): string => `${roundTo(value, 3)} ms`;

/** Status of a request whose client does not wait any more; nobody sees it. */
export const HUNG_UP = 499;

const OUTCOME_OF_STATUS: Readonly<Record<number, Outcome>> = {
  429: 'shed',
  504: 'expired',
  [HUNG_UP]: 'cancelled',
};

export const outcomeOf = (status: number): Outcome => OUTCOME_OF_STATUS[status] ?? 'failed';
