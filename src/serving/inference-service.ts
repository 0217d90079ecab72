/**
 * Inference as clients ask for it, whatever the protocol: a request is checked, split into rows, run by the policy, and
 * put together again. It is answered or refused with a reason, always.
 */
import type { Tensor } from '../domain/tensor.ts';
import { ANSWER_MS } from '../policy/time-outside.ts';
import { toResponse } from './answer.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { Callable, ServedModel } from './callables.ts';
import { VERSION } from './describe.ts';
import type { DispatchLoop } from './dispatch-loop.ts';
import type { Call } from './finished-request.ts';
import type { InferRequest, InferResponse } from './protocol/infer-message.ts';
import { malformed, ProtocolError } from './protocol/protocol-error.ts';
import { validateRequest } from './protocol/validate-request.ts';
import { type EndingParts, hungUp, RequestEnding, type TakenRequest } from './request-ending.ts';
import type { RequestTable } from './request-table.ts';
import { readTerms } from './request-terms.ts';
import type { RowEnd } from './row-in-flight.ts';
import type { ModelStatistics, Statistics } from './statistics.ts';

/** `starting` until every worker has been up once, `leaving` when it takes no more. */
type Phase = 'starting' | 'open' | 'leaving';

const NOT_OPEN = {
  starting: ['the server is starting: try again when /v2/health/ready answers 200', 'starting'],
  leaving: ['the server is shutting down: send this to another', 'draining'],
} as const;

export interface ServiceParts extends EndingParts {
  readonly callables: readonly Callable[];
  readonly table: RequestTable;
  readonly loop: DispatchLoop;
  readonly statistics: Statistics;
  /** For requests that are not answered yet. */
  readonly memory: ByteBudget;
  /** Told of the rows of every request, to the application or to one module alone. */
  readonly onArrival: (rows: number, nowMs: number, module: number | undefined) => void;
}

export class InferenceService {
  private readonly parts: ServiceParts;
  private readonly byName: ReadonlyMap<string, Callable>;
  private phase: Phase = 'starting';
  private inFlight = 0;
  private onIdle: (() => void) | undefined;

  constructor(parts: ServiceParts) {
    this.parts = parts;
    this.byName = new Map(parts.callables.map((callable) => [callable.name, callable]));
  }

  /** The application first. */
  get models(): readonly ServedModel[] {
    return this.parts.callables;
  }

  /** @param version empty for any. @throws ProtocolError 404 */
  model(name: string, version: string): ServedModel {
    const model = this.callable(name);
    if (version === '' || version === VERSION) return model;
    throw new ProtocolError(404, `model "${name}" has no version "${version}": it has version ${VERSION}`);
  }

  /** What the model has done so far. */
  statistics(name: string): ModelStatistics {
    return this.parts.statistics.of(name);
  }

  /** Whether a load balancer should send requests here: every module has a worker that is up. */
  get ready(): boolean {
    return this.phase === 'open' && this.parts.loop.ready;
  }

  /** As `ready`, of one model: of a module by itself its own workers count. @throws ProtocolError 404 */
  modelReady(name: string, version: string): boolean {
    // Anybody may ask: nobody is told which models there are.
    if (!this.byName.has(name)) throw new ProtocolError(404, `unknown model "${name}"`);
    this.model(name, version);
    return this.phase === 'open' && this.parts.loop.areUp(this.callable(name).modules);
  }

  get draining(): boolean {
    return this.phase === 'leaving';
  }

  /** Requests are taken from now on. */
  open(): void {
    this.phase = 'open';
  }

  /** @throws ProtocolError 503; workers that are only restarting are waited for, as far as deadlines allow */
  assertOpen(): void {
    if (this.phase === 'open') return;
    const [message, refusal] = NOT_OPEN[this.phase];
    throw new ProtocolError(503, message, refusal);
  }

  /** @throws ProtocolError 400, 404, 429 (shed), 500 (the engine failed), 503 (not open), 504 (expired) */
  async infer(name: string, request: InferRequest, call: Call): Promise<InferResponse> {
    this.assertOpen();
    const { rowLimit, onArrival, callables } = this.parts;
    const callable = this.callable(name);
    const rows = validateRequest(request, callable);
    if (rows > rowLimit) throw malformed('request', `at most ${rowLimit} rows`, String(rows));
    const terms = readTerms(request, call, callable.sloMs, callables[0]!.sloMs);
    onArrival(rows, call.arrivedMs, callable.route === 0 ? undefined : callable.route - 1);
    const taken = { callable, rows, call, terms };
    const ending = new RequestEnding(taken, this.parts);
    let bytes = 0;
    for (const { data } of request.inputs) bytes += data.length;
    let heldBytes = 0;
    /** Of its rows, to the policy. */
    const ids: number[] = [];
    this.inFlight += 1;
    try {
      this.parts.memory.take(bytes);
      heldBytes = bytes;
      const ends = await this.runRows(taken, request.inputs, ending, ids);
      const response = toResponse(callable, request, ends);
      ending.answered(ends);
      return response;
    } catch (cause) {
      this.giveUp(ids);
      throw ending.failed(cause);
    } finally {
      this.parts.memory.release(heldBytes);
      this.inFlight -= 1;
      if (this.inFlight === 0) this.onIdle?.();
    }
  }

  /** Refuses what comes from now on; resolves when all that was let in is answered. */
  async drain(): Promise<void> {
    this.phase = 'leaving';
    if (this.inFlight === 0) return;
    this.parts.loop.drain();
    await new Promise<void>((resolve) => {
      this.onIdle = resolve;
    });
  }

  private callable(name: string): Callable {
    const callable = this.byName.get(name);
    if (callable !== undefined) return callable;
    throw new ProtocolError(
      404,
      `unknown model "${name}": this server has ${[...this.byName.keys()].join(', ')}`,
    );
  }

  /**
   * Every row is a request of its own to the policy; if one fails, nobody needs the others.
   * @param ids is given the numbers by which the policy knows them
   */
  private runRows(
    { callable, rows, call: { gone }, terms }: TakenRequest,
    tensors: readonly Tensor[],
    ending: RequestEnding,
    ids: number[],
  ): Promise<RowEnd[]> {
    const { table, loop } = this.parts;
    return new Promise((resolve, reject) => {
      if (gone.hasLeft) throw hungUp();
      gone.whenLeft(() => reject(hungUp()));
      const ends: RowEnd[] = [];
      let left = rows;
      for (let row = 0; row < rows; row++) {
        const onEnd = (end: RowEnd): void => {
          ends[row] = end;
          left -= 1;
          if (end.decision.kind !== 'complete') reject(ending.refusal(end));
          else if (left === 0) resolve(ends);
        };
        ids.push(table.add(callable, { tensors, row, rows }, onEnd));
      }
      const deadlineMs = terms.deadlineMs - ANSWER_MS;
      loop.arrive(ids, callable.route, { deadlineMs, priority: terms.priority });
    });
  }

  private giveUp(ids: readonly number[]): void {
    if (ids.length === 0) return;
    for (const id of ids) this.parts.table.drop(id);
    this.parts.loop.cancel(ids);
  }
}
