/**
 * What each model has done since the server began: the one place where the protocol's statistics extension and Triton's metrics
 * are counted, with the meaning that they have in Triton (docs/user_guide/metrics.md and docs/protocol/extension_statistics.md
 * there, and `infer_stats.cc` of its core).
 *
 * - A request counts once, and so does its time: three requests that share a batch of 10 ms have computed for 30 ms.
 * - Inferences are rows, executions are batches.
 * - A pipeline is what Triton calls an ensemble: every request is one execution of it, computes for as long as its modules do
 *   together, and waits in their queues, none of its own. To each of its modules it is a request as well.
 *
 * A request whose rows ran in several batches of a module has waited and computed there as the one did that was done last.
 */
import { VERSION } from './describe.ts';
import { type FinishedRequest, isAnswered, type Outcome } from './finished-request.ts';
import { type ModuleRun, runsOf } from './module-run.ts';

/** How often, and for how long in all. */
export interface StatisticDuration {
  count: number;
  ns: number;
}

export interface ModelStatistics {
  readonly name: string;
  readonly version: string;
  /** Of the last request or batch, ms since 1970; 0 for none. */
  last_inference: number;
  /** Rows. */
  inference_count: number;
  /** Batches. */
  execution_count: number;
  readonly inference_stats: {
    readonly success: StatisticDuration;
    readonly fail: StatisticDuration;
    readonly queue: StatisticDuration;
    readonly compute_input: StatisticDuration;
    readonly compute_infer: StatisticDuration;
    readonly compute_output: StatisticDuration;
  };
  readonly batch_stats: { readonly batch_size: number; readonly compute_infer: StatisticDuration }[];
}

type Failure = Exclude<Outcome, 'served' | 'late'>;

/** As Triton names them in its metric. */
const FAILURES = {
  shed: 'REJECTED',
  expired: 'REJECTED',
  cancelled: 'CANCELED',
  failed: 'BACKEND',
} as const satisfies Record<Failure, string>;

type FailureReason = (typeof FAILURES)[Failure];

interface Counted {
  readonly statistics: ModelStatistics;
  readonly failures: Map<FailureReason, number>;
}

const none = (): StatisticDuration => ({ count: 0, ns: 0 });

const add = (to: StatisticDuration, ms: number): void => {
  to.count += 1;
  to.ns += Math.round(ms * 1e6);
};

export class Statistics {
  private readonly models = new Map<string, Counted>();

  of(name: string): ModelStatistics {
    return this.countedOf(name).statistics;
  }

  /** Of all models that there are, or were. */
  *all(): Iterable<ModelStatistics> {
    for (const { statistics } of this.models.values()) yield statistics;
  }

  /** Requests that failed, by model and reason. */
  *failures(): Iterable<readonly [model: string, reason: FailureReason, count: number]> {
    for (const [name, { failures }] of this.models)
      for (const [reason, count] of failures) yield [name, reason, count];
  }

  finished(request: FinishedRequest): void {
    const { model, outcome, rows, durationMs, ends, failedIn } = request;
    if (!isAnswered(request)) {
      this.failed(model, outcome as Failure, durationMs);
      if (failedIn !== undefined && failedIn !== model) this.failed(failedIn, outcome as Failure, durationMs);
      return;
    }
    const runs = runsOf(ends);
    const own = runs.find(({ module }) => module === model);
    if (own !== undefined) this.answered(model, rows, durationMs, own.queueMs, own.computeMs);
    else this.ensembleRun(model, rows, durationMs, runs);
    for (const run of runs) {
      if (run === own) continue;
      const { module, tasks, readyMs, doneMs, queueMs, computeMs } = run;
      this.answered(module, tasks, doneMs - readyMs, queueMs, computeMs);
    }
  }

  batchRun(name: string, size: number, computeMs: number): void {
    const model = this.of(name);
    model.last_inference = Date.now();
    model.execution_count += 1;
    let batch = model.batch_stats.find(({ batch_size }) => batch_size === size);
    if (batch === undefined) {
      batch = { batch_size: size, compute_infer: none() };
      model.batch_stats.push(batch);
      model.batch_stats.sort((a, b) => a.batch_size - b.batch_size);
    }
    add(batch.compute_infer, computeMs);
  }

  private ensembleRun(name: string, rows: number, durationMs: number, runs: readonly ModuleRun[]): void {
    const computeMs = runs.reduce((sum, run) => sum + run.computeMs, 0);
    this.answered(name, rows, durationMs, 0, computeMs);
    this.batchRun(name, rows, computeMs);
  }

  /** A request of so many rows, ms. */
  private answered(name: string, rows: number, durationMs: number, queueMs: number, computeMs: number): void {
    const model = this.of(name);
    model.last_inference = Date.now();
    model.inference_count += rows;
    add(model.inference_stats.success, durationMs);
    add(model.inference_stats.queue, queueMs);
    add(model.inference_stats.compute_infer, computeMs);
  }

  private failed(name: string, outcome: Failure, durationMs: number): void {
    const { statistics, failures } = this.countedOf(name);
    statistics.last_inference = Date.now();
    add(statistics.inference_stats.fail, durationMs);
    const reason = FAILURES[outcome];
    failures.set(reason, (failures.get(reason) ?? 0) + 1);
  }

  private countedOf(name: string): Counted {
    let known = this.models.get(name);
    if (known === undefined) {
      known = { statistics: nothingYet(name), failures: new Map() };
      this.models.set(name, known);
    }
    return known;
  }
}

const nothingYet = (name: string): ModelStatistics => ({
  name,
  version: VERSION,
  last_inference: 0,
  inference_count: 0,
  execution_count: 0,
  inference_stats: {
    success: none(),
    fail: none(),
    queue: none(),
    compute_input: none(),
    compute_infer: none(),
    compute_output: none(),
  },
  batch_stats: [],
});
