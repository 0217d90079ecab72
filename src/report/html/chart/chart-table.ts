/** The values of a chart as a table: for who cannot see it, and for who wants them exact. */
import { html, type Markup } from '../markup.ts';
import type { Chart } from './chart.ts';

/** A row for every x, a column for every series. */
export function chartTable({ x, y, series }: Chart): Markup {
  const columns = series.filter(({ isAid }) => !isAid);
  const values = columns.map(({ points }) => new Map(points.map((point) => [point.x, point.y])));
  const xs = [...new Set(columns.flatMap(({ points }) => points.map((point) => point.x)))].sort(
    (a, b) => a - b,
  );
  const ends = new Map(columns.flatMap(({ points }) => points.map((point) => [point.x, point.toX])));
  const rows = xs.map((value) => {
    const end = ends.get(value);
    const head = end === undefined ? x.format(value) : `${x.format(value)} to ${x.format(end)}`;
    const cells = values.map((of) => {
      const found = of.get(value);
      return html`<td>${found === null || found === undefined ? '–' : y.format(found)}</td>`;
    });
    return html`<tr><th scope="row">${head}</th>${cells}</tr>`;
  });
  const heads = columns.map(({ name }) => html`<th scope="col">${name}</th>`);
  return html`<details><summary>values</summary><div class="scroll"><table><caption>${y.title}</caption><thead><tr><th scope="col">${x.title}</th>${heads}</tr></thead><tbody>${rows}</tbody></table></div></details>`;
}
