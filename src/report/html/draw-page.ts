/**
 * The page: one document that loads nothing and runs nothing, whatever the files say; its policy lets in no more than its own
 * style sheet. The same sections give the same bytes.
 */
import { drawChart } from './chart/draw-chart.ts';
import { EMPTY, html, type Markup, trusted } from './markup.ts';
import type { Block, Cell, DataTable, Fact, Section } from './section.ts';

export interface PageStyle {
  readonly css: string;
  /** As a content security policy names it: "sha256-…". */
  readonly hash: string;
}

export interface PageSection extends Section {
  /** Of its heading. */
  readonly id: string;
  /** As they were named; empty where it is made from several sections. */
  readonly files: readonly string[];
}

export function drawPage(title: string, sections: readonly PageSection[], style: PageStyle): string {
  const policy = `default-src 'none'; style-src '${style.hash}'; img-src data:; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${trusted(style.css)}</style>
</head>
<body>
<header><h1>${title}</h1>${contents(sections)}</header>
<main>
${sections.map(drawSection)}
</main>
<footer>harp report · point at a chart for its values, or open them below it</footer>
</body>
</html>
`.markup;
}

const contents = (sections: readonly PageSection[]): Markup =>
  sections.length < 2
    ? EMPTY
    : html`<nav aria-label="sections"><ol>${sections.map(
        ({ id, title, kind }) => html`<li><a href="#${id}">${title}</a> <small>${kind}</small></li>`,
      )}</ol></nav>`;

const drawSection = ({ id, kind, title, about, files, blocks }: PageSection): Markup =>
  html`<section aria-labelledby="${id}">
<h2 id="${id}">${title} <small>${kind}${files.length > 0 ? html` · ${files.join(', ')}` : EMPTY}</small></h2>
<p class="about">${about}</p>
${blocks.map(drawBlock)}
</section>
`;

function drawBlock(block: Block): Markup {
  switch (block.kind) {
    case 'facts':
      return html`<dl class="tiles">${block.facts.map(drawFact)}</dl>\n`;
    case 'charts':
      return html`${block.title === undefined ? EMPTY : html`<h3>${block.title}</h3>`}<div class="charts">${block.charts.map(drawChart)}</div>\n`;
    case 'table':
      return drawTable(block.table);
    case 'picture':
      return html`<figure class="wide"><figcaption><b>${block.title}</b><small>${block.says}</small></figcaption>${block.picture}</figure>\n`;
    case 'note':
      return html`<p${classed('note', block.tone)}>${block.text}</p>\n`;
  }
}

const drawFact = ({ name, value, beside, tone }: Fact): Markup =>
  html`<div><dt>${name}</dt><dd><b${classed(tone)}>${value}</b>${beside === undefined ? EMPTY : html`<small>${beside}</small>`}</dd></div>`;

function drawTable({ title, columns, rows, note }: DataTable): Markup {
  const heads = columns.map(({ title: head, align }) => html`<th scope="col"${classed(align)}>${head}</th>`);
  const lines = rows.map(
    (cells) => html`<tr>${cells.map((cell, at) => drawCell(cell, at === 0, columns[at]!.align))}</tr>`,
  );
  return html`<div class="scroll sheet"><table><caption>${title}</caption><thead><tr>${heads}</tr></thead><tbody>${lines}</tbody></table>${note === undefined ? EMPTY : html`<p class="note">${note}</p>`}</div>\n`;
}

function drawCell({ text, bar, tone }: Cell, isHead: boolean, align: 'left' | undefined): Markup {
  const look = classed(align, tone);
  const drawn =
    bar === undefined
      ? EMPTY
      : html`<svg class="cell" aria-hidden="true"><rect class="fill blue" width="${Math.max(0, Math.min(1, bar)) * 100}%" height="100%"/></svg>`;
  return isHead ? html`<th scope="row"${look}>${text}</th>` : html`<td${look}>${text}${drawn}</td>`;
}

/** The attribute with those of these classes that there are. */
function classed(...names: readonly (string | undefined)[]): Markup {
  const known = names.filter((name) => name !== undefined);
  return known.length === 0 ? EMPTY : html` class="${known.join(' ')}"`;
}
