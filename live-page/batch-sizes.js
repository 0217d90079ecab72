/** How many batches there were of each size, as bars; the sizes of full ones are marked. */
import { element, shape } from './build.js';
import { number, percent } from './format.js';

/** @import { LiveModule } from '../src/domain/live-report.ts' */

const WIDTH = 200;
const HEIGHT = 48;
const GAP = 1;

/** @param {LiveModule} module */
export function batchSizes({ name, batchSizes: counts, fullBatchSizes, batchSize, plannedBatchSize }) {
  const most = Math.max(1, ...counts);
  const step = WIDTH / counts.length;
  const bars = counts.map((count, at) => {
    const height = count === 0 ? 0 : Math.max(1.5, (count / most) * HEIGHT);
    return shape('rect', { class: 'bar blue', x: at * step, y: HEIGHT - height, width: step - GAP, height });
  });
  const marks = [...new Set(fullBatchSizes)].flatMap((size) => {
    const [from, to] = [(size - 1) * step, size * step - GAP];
    const y = HEIGHT + 2;
    return [
      shape('line', { class: 'mark', x1: from, x2: to, y1: y, y2: y }),
      // No wider than what is left of it, so that the last one stays inside.
      shape('text', { x: to, y: y + 13, 'text-anchor': 'end' }, `${size}`),
    ];
  });
  const all = counts.reduce((sum, count) => sum + count, 0);
  const words = counts.flatMap((count, at) => (count > 0 ? [`${percent(count / all)} of ${at + 1}`] : []));
  const label = `Batches of ${name} by size: ${words.join(', ') || 'none yet'}. Full: ${fullBatchSizes.join(', ')}.`;
  return element(
    'figure',
    {},
    element(
      'figcaption',
      {},
      element('b', {}, name),
      element(
        'span',
        { class: 'legend' },
        'now ',
        element('b', {}, number(batchSize)),
        ` of ${number(plannedBatchSize)} planned`,
      ),
    ),
    shape(
      'svg',
      { viewBox: `0 0 ${WIDTH} ${HEIGHT + 18}`, role: 'img', 'aria-label': label },
      ...bars,
      ...marks,
    ),
  );
}
