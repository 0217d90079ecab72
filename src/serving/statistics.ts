/** What each model has done since the server began, as the protocol's statistics extension counts it. */
import { VERSION } from './describe.ts';
import { type FinishedRequest, isAnswered, queueMsOf } from './finished-request.ts';

/** How often, and for how long in all. */
export interface StatisticDuration {
  count: number;
  ns: number;
}

export interface ModelStatistics {
  readonly name: string;
  readonly version: string;
  /** Of the last request, ms since 1970; 0 for none. */
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

const none = (): StatisticDuration => ({ count: 0, ns: 0 });

const add = (to: StatisticDuration, count: number, ms: number): void => {
  to.count += count;
  to.ns += Math.round(ms * 1e6);
};

export class Statistics {
  private readonly models = new Map<string, ModelStatistics>();

  of(name: string): ModelStatistics {
    let known = this.models.get(name);
    if (known === undefined) {
      known = {
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
      };
      this.models.set(name, known);
    }
    return known;
  }

  finished(request: FinishedRequest): void {
    const { rows, durationMs } = request;
    const model = this.of(request.model);
    model.last_inference = Date.now();
    if (!isAnswered(request)) {
      add(model.inference_stats.fail, 1, durationMs);
      return;
    }
    model.inference_count += rows;
    add(model.inference_stats.success, 1, durationMs);
    add(model.inference_stats.queue, rows, queueMsOf(request));
  }

  batchRun(name: string, size: number, computeMs: number): void {
    const model = this.of(name);
    model.execution_count += 1;
    add(model.inference_stats.compute_infer, size, computeMs);
    let batch = model.batch_stats.find(({ batch_size }) => batch_size === size);
    if (batch === undefined) {
      batch = { batch_size: size, compute_infer: none() };
      model.batch_stats.push(batch);
      model.batch_stats.sort((a, b) => a.batch_size - b.batch_size);
    }
    add(batch.compute_infer, 1, computeMs);
  }
}
