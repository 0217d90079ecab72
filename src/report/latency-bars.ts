/** The latencies of a simulated run as bars, a line for each step, with the SLO marked where it falls. */
import { TOLERANCE } from '../domain/plan.ts';
import type { SimulationResult } from '../domain/simulation.ts';
import { formatMs } from './format.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

const BAR_WIDTH = 36;

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** @param share of the longest, 0..1; what there is shows */
function barOf(share: number): string {
  const eighths = Math.ceil(share * BAR_WIDTH * 8);
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]!;
}

/** Empty where no request was answered. Bars beyond the SLO are painted as bad. */
export function renderLatencies({ histogram, sloMs }: SimulationResult, style: Style): string {
  if (histogram.length === 0) return '';
  const most = Math.max(...histogram.map(({ count }) => count));
  const bins = histogram.slice(histogram.findIndex(({ count }) => count > 0));
  const lines = bins.map(({ fromMs, toMs, count }) => {
    const paint = toMs <= sloMs * (1 + TOLERANCE) ? style.good : style.bad;
    const bar = paint(barOf(count / most));
    const holdsSlo = fromMs < sloMs && sloMs <= toMs * (1 + TOLERANCE);
    const mark = style.dim(`◂ SLO ${formatMs(sloMs)}`);
    return { upTo: formatMs(toMs), count: String(count), bar: holdsSlo ? `${bar} ${mark}`.trimStart() : bar };
  });
  const beyond = `SLO ${formatMs(sloMs)}, beyond all of them`;
  const bars = table(
    lines,
    [
      { title: 'up to', text: ({ upTo }) => upTo },
      { title: 'answers', text: ({ count }) => count },
      { title: '', align: 'left', text: ({ bar }) => bar },
    ],
    style,
  );
  return bins.at(-1)!.toMs * (1 + TOLERANCE) < sloMs ? `${bars}\n${style.dim(beyond)}` : bars;
}
