/** How many batches of each size a module ran. */
import { countAxis } from '../chart/axes.ts';
import type { Chart } from '../chart/chart.ts';

/** @param batchSizes how many of 1, 2, … rows */
export const batchChart = (name: string, batchSizes: readonly number[]): Chart => ({
  title: `Batch sizes of ${name}`,
  x: { ...countAxis('batch size'), from: 0.5, to: Math.max(2, batchSizes.length) + 0.5 },
  y: countAxis('batches'),
  series: [
    {
      name: 'batches',
      colour: 'blue',
      look: 'bars',
      points: batchSizes.map((count, at) => ({
        x: at + 0.5,
        toX: at + 1.5,
        y: count,
        tip: `batch ${at + 1}`,
      })),
    },
  ],
});
