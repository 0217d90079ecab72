/** How a request that was let in ends: what its client is told of a refusal, and what all are told who keep count. */
import { ANSWER_MS } from '../policy/time-outside.ts';
import { HUNG_UP, outcomeOf, toError } from './answer.ts';
import type { Callable } from './callables.ts';
import type { DispatchLoop } from './dispatch-loop.ts';
import type { Call, OnFinished, Outcome } from './finished-request.ts';
import { ProtocolError } from './protocol/protocol-error.ts';
import type { RequestTerms } from './request-terms.ts';
import type { RowEnd } from './row-in-flight.ts';

/** A request that was let in. */
export interface TakenRequest {
  readonly callable: Callable;
  readonly rows: number;
  readonly call: Call;
  readonly terms: RequestTerms;
}

export interface EndingParts {
  readonly loop: Pick<DispatchLoop, 'hasIdle' | 'fastestMs'>;
  readonly onFinished: OnFinished;
  /** Rows of one request at most: as many as may wait at a module. */
  readonly rowLimit: number;
}

export class RequestEnding {
  private readonly request: TakenRequest;
  private readonly parts: EndingParts;
  /** The module where a row of it expired or failed first. */
  private failedIn: string | undefined;

  constructor(request: TakenRequest, parts: EndingParts) {
    this.request = request;
    this.parts = parts;
  }

  /** @param end of a row that is not complete */
  refusal(end: RowEnd): ProtocolError {
    const { rows, call, callable, terms } = this.request;
    const { loop, rowLimit } = this.parts;
    this.failedIn ??= end.failedIn;
    return toError(end, {
      rows,
      limitMs: terms.limitMs,
      limitOf: terms.limitOf,
      passedMs: performance.now() - call.arrivedMs,
      fastestMs: loop.fastestMs(callable.route) + ANSWER_MS,
      queueLimit: rowLimit,
      hasIdle: (module) => loop.hasIdle(module),
    });
  }

  /** @param ends of all rows, all complete */
  answered(ends: readonly RowEnd[]): void {
    const isInTime = performance.now() <= this.request.terms.deadlineMs;
    this.finish(isInTime ? 'served' : 'late', 200, ends, undefined);
  }

  /** @returns what the client is told */
  failed(cause: unknown): Error {
    const error = isOutOfMemory(cause) ? outOfMemory() : (cause as Error);
    const status = error instanceof ProtocolError ? error.status : 500;
    if (error instanceof ProtocolError) error.isTold = true;
    this.finish(outcomeOf(status), status, [], error.message);
    return error;
  }

  private finish(
    outcome: Outcome,
    status: number,
    ends: readonly RowEnd[],
    message: string | undefined,
  ): void {
    const { callable, rows, call } = this.request;
    this.parts.onFinished({
      model: callable.name,
      outcome,
      status,
      rows,
      call,
      durationMs: performance.now() - call.arrivedMs,
      ends,
      message,
      failedIn: this.failedIn,
    });
  }
}

export const hungUp = (): ProtocolError => new ProtocolError(HUNG_UP, 'the client hung up');

const outOfMemory = (): ProtocolError =>
  new ProtocolError(
    429,
    'refused: there is no memory left for requests that wait: try again later, or send fewer rows at once',
    'memory',
  );

const isOutOfMemory = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOSPC';
