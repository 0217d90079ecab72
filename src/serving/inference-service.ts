/**
 * Inference as clients ask for it, whatever the protocol: a request is checked, split into rows, run by the policy, and
 * put together again. It is answered or refused with a reason, always.
 */
import type { FeasiblePlan } from '../domain/plan.ts';
import type { TensorSpec } from '../domain/tensor.ts';
import { roundTo } from '../numeric/round-to.ts';
import { applicationFlow, type DataFlow, moduleFlow } from './data-flow.ts';
import type { DispatchLoop } from './dispatch-loop.ts';
import type { Metrics, Outcome } from './metrics.ts';
import type { InferRequest, InferResponse } from './protocol/infer-message.ts';
import { ProtocolError } from './protocol/protocol-error.ts';
import { readTimeoutMs } from './protocol/read-timeout.ts';
import { validateRequest } from './protocol/validate-request.ts';
import { outputKey, type RequestTable, type RowEnd } from './request-table.ts';
import { joinRows, splitRows } from './rows.ts';
import type { ServedModule } from './served-module.ts';

/** Something that clients can call by name. */
export interface ServedModel {
  readonly name: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** How long a request may take that brings no limit of its own. */
  readonly sloMs: number;
}

interface Callable extends ServedModel {
  readonly route: number;
  readonly flow: DataFlow;
  /** Modules of the route's stages. */
  readonly modules: readonly number[];
}

/** Carrying an answer from the engine to the client takes a moment that the deadline must leave. */
const ANSWER_MS = 2;

export class InferenceService {
  private readonly callables = new Map<string, Callable>();
  private readonly table: RequestTable;
  private readonly loop: DispatchLoop;
  private readonly metrics: Metrics;
  private leaving = false;
  private inFlight = 0;
  private onIdle: (() => void) | undefined;

  /** @throws HarpError `bad-input` where tensors do not fit together */
  constructor(
    plan: FeasiblePlan,
    modules: readonly ServedModule[],
    table: RequestTable,
    loop: DispatchLoop,
    metrics: Metrics,
  ) {
    this.table = table;
    this.loop = loop;
    this.metrics = metrics;
    const add = (name: string, route: number, flow: DataFlow, stages: number[], sloMs: number): void => {
      this.callables.set(name, {
        name,
        route,
        flow,
        modules: stages,
        sloMs,
        inputs: flow.inputs,
        outputs: flow.outputs,
      });
    };
    modules.forEach(({ name }, index) => {
      add(name, 1 + index, moduleFlow(modules, index), [index], plan.modules[index]!.budgetMs);
    });
    // The application comes last: where a module has its name, the application is meant.
    add(plan.application, 0, applicationFlow(modules), [...modules.keys()], plan.sloMs);
  }

  /** The application first. */
  get models(): readonly ServedModel[] {
    return [...this.callables.values()].toReversed();
  }

  /** @throws ProtocolError 404 */
  model(name: string): ServedModel {
    return this.callable(name);
  }

  /** Whether it takes no more requests. */
  get draining(): boolean {
    return this.leaving;
  }

  /** Whether requests are taken: not before every module has a worker, not while draining. */
  get ready(): boolean {
    return !this.leaving && this.loop.ready;
  }

  /**
   * @param arrivedMs on the clock of `performance.now()`
   * @param gone aborts when nobody waits for the answer any more
   * @throws ProtocolError 400, 404, 429 (shed), 500 (the engine refused it), 503 (not ready), 504 (expired)
   */
  async infer(
    name: string,
    request: InferRequest,
    arrivedMs: number,
    gone: AbortSignal,
  ): Promise<InferResponse> {
    const callable = this.callable(name);
    if (!this.ready)
      throw new ProtocolError(503, this.leaving ? 'the server is shutting down' : 'no worker is ready');
    const rows = validateRequest(request, callable);
    const deadlineMs = arrivedMs + (readTimeoutMs(request) ?? callable.sloMs);
    this.inFlight += 1;
    try {
      const ends = await this.runRows(callable, request, rows, deadlineMs - ANSWER_MS, gone);
      const nowMs = performance.now();
      this.metrics.answered(name, nowMs <= deadlineMs ? 'served' : 'late', rows, nowMs - arrivedMs, ends);
      return toResponse(callable, request, ends);
    } catch (error) {
      this.metrics.answered(name, outcomeOf(error), rows, performance.now() - arrivedMs, []);
      throw error;
    } finally {
      this.inFlight -= 1;
      if (this.inFlight === 0) this.onIdle?.();
    }
  }

  /** Refuses what comes from now on; resolves when all that was let in is answered. */
  async drain(): Promise<void> {
    this.leaving = true;
    if (this.inFlight === 0) return;
    await new Promise<void>((resolve) => {
      this.onIdle = resolve;
    });
  }

  private callable(name: string): Callable {
    const callable = this.callables.get(name);
    if (callable !== undefined) return callable;
    throw new ProtocolError(
      404,
      `unknown model "${name}": this server has ${[...this.callables.keys()].join(', ')}`,
    );
  }

  /** Every row is a request of its own to the policy; if one fails, nobody needs the others. */
  private async runRows(
    { flow, modules, route }: Callable,
    request: InferRequest,
    rows: number,
    deadlineMs: number,
    gone: AbortSignal,
  ): Promise<RowEnd[]> {
    const ids: number[] = [];
    const cancelAll = (): void => {
      for (const id of ids) {
        this.table.drop(id);
        this.loop.cancel(id);
      }
    };
    try {
      return await new Promise<RowEnd[]>((resolve, reject) => {
        const ends: RowEnd[] = [];
        let left = rows;
        gone.addEventListener('abort', () => reject(new ProtocolError(499, 'the client hung up')), {
          once: true,
        });
        splitRows(request.inputs, rows).forEach((inputs, row) => {
          const id = this.table.add(flow, modules, inputs, (end) => {
            if (end.decision.kind !== 'complete') return reject(toError(end));
            ends[row] = end;
            left -= 1;
            if (left === 0) resolve(ends);
          });
          ids.push(id);
          this.loop.arrive(id, route, deadlineMs);
          this.table.park(id);
        });
      });
    } catch (error) {
      cancelAll();
      throw error;
    }
  }
}

const SHED_BECAUSE = {
  'deadline-too-short': 'the time this request allows is shorter than the fastest answer',
  overload: 'it could not be answered in time behind what is queued',
  'queue-full': 'the queue is full',
} as const;

function toError({ decision, failure }: RowEnd): ProtocolError {
  switch (decision.kind) {
    case 'shed':
      return new ProtocolError(429, `refused: ${SHED_BECAUSE[decision.reason]}`);
    case 'expire':
      return new ProtocolError(504, 'expired: the deadline passed before a machine was free');
    case 'fail':
      return decision.reason === 'lost'
        ? new ProtocolError(503, 'two workers were lost while running this request')
        : new ProtocolError(500, `the engine refused the batch: ${failure}`);
    case 'complete':
      throw new Error('complete is no error');
  }
}

const OUTCOME_OF_STATUS: Readonly<Record<number, Outcome>> = {
  429: 'shed',
  504: 'expired',
  499: 'cancelled',
};

const outcomeOf = (error: unknown): Outcome =>
  (error instanceof ProtocolError ? OUTCOME_OF_STATUS[error.status] : undefined) ?? 'failed';

function toResponse({ name, flow }: Callable, request: InferRequest, ends: readonly RowEnd[]): InferResponse {
  const facts = ends.map((end) => end.facts!);
  return {
    modelName: name,
    modelVersion: '1',
    id: request.id,
    outputs: flow.exposed.map((exposed) =>
      joinRows(
        exposed.name,
        ends.map(({ outputs }) => outputs.get(outputKey(exposed.module, exposed.tensor))!),
      ),
    ),
    parameters: {
      queue_ms: round(Math.max(...facts.map(({ queueMs }) => queueMs))),
      compute_ms: round(Math.max(...facts.map(({ computeMs }) => computeMs))),
      batch_size: Math.max(...facts.map(({ batchSize }) => batchSize)),
      worker: facts[0]!.worker,
    },
  };
}

const round = (ms: number): number => roundTo(ms, 3);
