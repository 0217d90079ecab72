/**
 * Inference as clients ask for it, whatever the protocol: a request is checked, split into rows, run by the policy, and
 * put together again. It is answered or refused with a reason, always.
 */
import { ANSWER_MS } from '../policy/time-outside.ts';
import { HUNG_UP, outcomeOf, toError, toResponse } from './answer.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { Callable, ServedModel } from './callables.ts';
import type { Departure } from './departure.ts';
import { VERSION } from './describe.ts';
import type { DispatchLoop } from './dispatch-loop.ts';
import type { Terms } from './dispatch-ports.ts';
import type { Call, OnFinished, Outcome } from './finished-request.ts';
import type { InferRequest, InferResponse } from './protocol/infer-message.ts';
import { malformed, ProtocolError } from './protocol/protocol-error.ts';
import { PRIORITY_HEADER, readPriority } from './protocol/read-priority.ts';
import { readTimeoutMs } from './protocol/read-timeout.ts';
import { validateRequest } from './protocol/validate-request.ts';
import type { RequestTable } from './request-table.ts';
import type { RowEnd, TensorRow } from './row-in-flight.ts';
import type { ModelStatistics, Statistics } from './statistics.ts';

interface RowTerms extends Terms {
  readonly gone: Departure;
  /** What the client is told where a row does not end well. */
  readonly refusal: (end: RowEnd) => ProtocolError;
}

/** `starting` until every worker has been up once, `leaving` when it takes no more. */
type Phase = 'starting' | 'open' | 'leaving';

const NOT_OPEN = {
  starting: ['the server is starting: try again when /v2/health/ready answers 200', 'starting'],
  leaving: ['the server is shutting down: send this to another', 'draining'],
} as const;

export interface ServiceParts {
  readonly callables: readonly Callable[];
  readonly table: RequestTable;
  readonly loop: DispatchLoop;
  readonly statistics: Statistics;
  /** For requests that are not answered yet. */
  readonly memory: ByteBudget;
  readonly onFinished: OnFinished;
  /** Rows of one request at most: as many as may wait at a module. */
  readonly rowLimit: number;
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
    const { rowLimit, onArrival } = this.parts;
    const callable = this.callable(name);
    const rows = validateRequest(request, callable);
    if (rows > rowLimit) throw malformed('request', `at most ${rowLimit} rows`, String(rows));
    const saidMs = Math.min(call.limitMs, readTimeoutMs(request) ?? Number.POSITIVE_INFINITY);
    const isOfPart = callable.sloMs < this.parts.callables[0]!.sloMs;
    const limitOf = Number.isFinite(saidMs) ? 'request' : isOfPart ? 'budget' : 'SLO';
    const limitMs = limitOf === 'request' ? saidMs : callable.sloMs;
    const deadlineMs = call.arrivedMs + limitMs;
    const priority = readPriority(request, call.headers[PRIORITY_HEADER]);
    onArrival(rows, call.arrivedMs, callable.route === 0 ? undefined : callable.route - 1);
    let failedIn: string | undefined;
    const finish = (outcome: Outcome, status: number, ends: readonly RowEnd[], message?: string): void => {
      const durationMs = performance.now() - call.arrivedMs;
      this.parts.onFinished({
        model: name,
        outcome,
        status,
        rows,
        call,
        durationMs,
        ends,
        message,
        failedIn,
      });
    };
    const refusal = (end: RowEnd): ProtocolError => {
      failedIn ??= end.failedIn;
      return toError(end, {
        ...{ rows, limitMs, limitOf, queueLimit: rowLimit },
        hasIdle: (module) => this.parts.loop.hasIdle(module),
        passedMs: performance.now() - call.arrivedMs,
        fastestMs: this.parts.loop.fastestMs(callable.route) + ANSWER_MS,
      });
    };
    let bytes = 0;
    for (const { data } of request.inputs) bytes += data.length;
    let heldBytes = 0;
    /** Of its rows, to the policy. */
    const ids: number[] = [];
    this.inFlight += 1;
    try {
      this.parts.memory.take(bytes);
      heldBytes = bytes;
      const terms = { deadlineMs: deadlineMs - ANSWER_MS, priority, gone: call.gone, refusal };
      const ends = await this.runRows(callable, { tensors: request.inputs, rows }, terms, ids);
      const response = toResponse(callable, request, ends);
      finish(performance.now() <= deadlineMs ? 'served' : 'late', 200, ends);
      return response;
    } catch (cause) {
      this.giveUp(ids);
      const error = isOutOfMemory(cause) ? outOfMemory() : cause;
      const status = error instanceof ProtocolError ? error.status : 500;
      finish(outcomeOf(status), status, [], (error as Error).message);
      throw error;
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
    callable: Callable,
    { tensors, rows }: Omit<TensorRow, 'row'>,
    { gone, deadlineMs, priority, refusal }: RowTerms,
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
          if (end.decision.kind !== 'complete') reject(refusal(end));
          else if (left === 0) resolve(ends);
        };
        ids.push(table.add(callable, { tensors, row, rows }, onEnd));
      }
      loop.arrive(ids, callable.route, { deadlineMs, priority });
    });
  }

  private giveUp(ids: readonly number[]): void {
    if (ids.length === 0) return;
    for (const id of ids) this.parts.table.drop(id);
    this.parts.loop.cancel(ids);
  }
}

const hungUp = (): ProtocolError => new ProtocolError(HUNG_UP, 'the client hung up');

const outOfMemory = (): ProtocolError =>
  new ProtocolError(
    429,
    'refused: there is no memory left for requests that wait: try again later, or send fewer rows at once',
    'memory',
  );

const isOutOfMemory = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOSPC';
