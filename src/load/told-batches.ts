/**
 * The mean size of the batches that answers came in, all modules together or each by itself. A task in a batch of 4 is a quarter
 * of a batch: tasks over batches is what a plan and a simulation call their mean batch, where the mean over tasks would
 * count a batch as often as it is large.
 */
import type { LoadModule } from '../domain/load.ts';
import type { Answer } from './infer-client.ts';

interface Sums {
  tasks: number;
  batches: number;
  /** Answers that it had tasks of, */
  answers: number;
  /** and the longest batches of each together. */
  computeMs: number;
}

const nothing = (): Sums => ({ tasks: 0, batches: 0, answers: 0, computeMs: 0 });

export class ToldBatches {
  private readonly sums = nothing();
  private readonly byModule = new Map<string, Sums>();

  add({ batchSize, computeMs = 0, modules }: Omit<Answer, 'atMs' | 'outcome'>): void {
    if (modules === undefined) {
      if (batchSize !== undefined && batchSize > 0) addTo(this.sums, 1, batchSize, computeMs);
      return;
    }
    for (const { name, tasks, batchSize: size, computeMs: ms } of modules) {
      const sums = this.byModule.get(name) ?? nothing();
      this.byModule.set(name, sums);
      addTo(sums, tasks, size, ms);
      addTo(this.sums, tasks, size, ms);
    }
  }

  addAll({ sums, byModule }: ToldBatches): void {
    addSums(this.sums, sums);
    for (const [name, more] of byModule) {
      const known = this.byModule.get(name) ?? nothing();
      addSums(known, more);
      this.byModule.set(name, known);
    }
  }

  /** Nothing where there was nothing. */
  mean(): { meanBatch?: number } {
    return this.sums.batches > 0 ? { meanBatch: meanOf(this.sums) } : {};
  }

  /** Of an application of several modules. */
  modules(): { modules?: LoadModule[] } {
    const modules = [...this.byModule].map(([name, sums]) => ({
      name,
      tasks: sums.tasks,
      meanBatch: meanOf(sums),
      meanComputeMs: sums.computeMs / sums.answers,
    }));
    return modules.length > 0 ? { modules } : {};
  }
}

const meanOf = ({ tasks, batches }: Sums): number => tasks / batches;

function addTo(sums: Sums, tasks: number, batchSize: number, computeMs: number): void {
  sums.tasks += tasks;
  sums.batches += tasks / batchSize;
  sums.answers += 1;
  sums.computeMs += computeMs;
}

function addSums(sums: Sums, more: Sums): void {
  for (const key of ['tasks', 'batches', 'answers', 'computeMs'] as const) sums[key] += more[key];
}
