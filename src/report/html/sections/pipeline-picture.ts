/**
 * A plan as a picture: time from left to right up to the SLO, a bar for every module from where its parents' budgets end, what
 * its worst case leaves of its budget, what is left of the SLO, and its machines as boxes. Lengths are shares of the width, so
 * that it fits a phone and a desk without its texts growing or shrinking.
 */
import { longestPathsMs } from '../../../domain/longest-paths.ts';
import type { FeasiblePlan, ModulePlan } from '../../../domain/plan.ts';
import { machineCount } from '../../describe-machines.ts';
import { formatMs, significant } from '../../format.ts';
import { shorten } from '../../shorten.ts';
import { tickText } from '../chart/axes.ts';
import { roundTicks } from '../chart/scale.ts';
import { EMPTY, html, type Markup } from '../markup.ts';

const TOP = 22;
const BAR = 16;
/** Of a module's name, its bar, and a line of machines, px. */
const NAME_LINE = 20;
const MACHINE_LINE = 19;
const GAP = 18;
/** Characters. */
const LONGEST_NAME = 24;
/** The SLO stands a little left of the edge. */
const SHARE = 0.97;

interface Row {
  readonly module: ModulePlan;
  readonly startMs: number;
  readonly top: number;
}

export function drawPipeline(plan: FeasiblePlan): Markup {
  const { modules, sloMs } = plan;
  const rows = rowsOf(modules);
  const height = (rows.at(-1)?.top ?? 0) + rowHeight(modules.at(-1)!) + 8;
  const end = Math.max(sloMs, ...rows.map(({ module, startMs }) => startMs + module.budgetMs));
  const at = (ms: number): number => (100 * SHARE * ms) / end;
  return html`<svg class="pipeline" height="${height}" role="img" aria-label="${inWords(plan, rows)}">${ruler(end, height, at)}<line class="slo" x1="${at(sloMs)}%" x2="${at(sloMs)}%" y1="${TOP - 6}" y2="${height}"/><text class="name" x="${at(sloMs)}%" y="10" text-anchor="end">SLO ${formatMs(sloMs)}</text>${rows.flatMap((row) => links(row, rows, at))}${rows.map((row) => drawModule(row, at))}</svg>`;
}

const rowHeight = ({ allocations }: ModulePlan): number =>
  NAME_LINE + BAR + 5 + allocations.length * MACHINE_LINE;

/** Budgets of the parents end where a module begins. */
function rowsOf(modules: readonly ModulePlan[]): Row[] {
  const ends = longestPathsMs(modules, (name) => modules.find((module) => module.name === name)!.budgetMs);
  let top = TOP;
  return modules.map((module) => {
    const row = { module, startMs: ends.get(module.name)! - module.budgetMs, top };
    top += rowHeight(module) + GAP;
    return row;
  });
}

const ruler = (end: number, height: number, at: (ms: number) => number): Markup[] =>
  roundTicks(0, end, 4).map(
    (ms) =>
      html`<line class="grid" x1="${at(ms)}%" x2="${at(ms)}%" y1="${TOP - 6}" y2="${height}"/><text x="${at(ms)}%" y="10" text-anchor="start">${ms < end * 0.7 ? tickText({ title: '', format: formatMs }, ms) : ''}${ms === 0 ? ' ms' : ''}</text>`,
  );

/** What stands here is drawn in pixels from a place that is a share of the width. */
const from = (share: number, what: Markup): Markup => html`<svg x="${share}%">${what}</svg>`;

/** How far left of the end of a parent's bar its link goes down, so that it crosses no text. */
const ASIDE = 7;

/** From the bar of each parent down, and along to the bar of the child. */
const links = ({ module, startMs, top }: Row, rows: readonly Row[], at: (ms: number) => number): Markup[] =>
  module.after.map((name) => {
    const parent = rows.find((row) => row.module.name === name)!;
    const [x1, x2] = [at(parent.startMs + parent.module.budgetMs), at(startMs)];
    const [y1, y2] = [parent.top + NAME_LINE + BAR, top + NAME_LINE + BAR / 2];
    const along = x2 > x1 ? html`<line class="link" x1="${x1}%" x2="${x2}%" y1="${y2}" y2="${y2}"/>` : EMPTY;
    return html`${from(x1, html`<path class="link" d="M${-ASIDE} ${y1}V${y2}H0"/>`)}${along}`;
  });

function drawModule({ module, startMs, top }: Row, at: (ms: number) => number): Markup {
  const { name, budgetMs, worstCaseMs, rateRps } = module;
  const bar = top + NAME_LINE;
  // Texts grow to where there is more room.
  const isRight = at(startMs + budgetMs) > 100 * SHARE - at(startMs);
  const [edge, anchor] = isRight ? [at(startMs + budgetMs), 'end'] : [at(startMs), 'start'];
  const slackMs = budgetMs - worstCaseMs;
  const slack = slackMs > 1e-6 * budgetMs ? `, ${formatMs(slackMs)} slack` : '';
  return html`<text class="module" x="${edge}%" y="${top + 13}" text-anchor="${anchor}"><tspan class="own">${shorten(name, LONGEST_NAME)}</tspan> ${significant(rateRps)}/s · ${formatMs(worstCaseMs)} of ${formatMs(budgetMs)}${slack}</text><rect class="budget" x="${at(startMs)}%" y="${bar}" width="${at(budgetMs)}%" height="${BAR}" rx="3"/><rect class="fill blue" x="${at(startMs)}%" y="${bar}" width="${at(Math.min(worstCaseMs, budgetMs))}%" height="${BAR}" rx="3"/>${module.allocations.map((allocation, line) => drawMachines(allocation, edge, anchor === 'end', bar + BAR + 5 + line * MACHINE_LINE))}`;
}

const BOX = 11;
const MOST_BOXES = 12;

/** A box for each machine, filled by its share; a number where there are many. */
function drawMachines(
  { machines, hardware, cores, batchSize, durationMs }: ModulePlan['allocations'][number],
  edge: number,
  isRight: boolean,
  y: number,
): Markup {
  const count = Math.ceil(machines - 1e-9);
  const boxes =
    count <= MOST_BOXES ? Array.from({ length: count }, (_, index) => Math.min(1, machines - index)) : [];
  const text = `${machineCount(machines)} × ${shorten(hardware, LONGEST_NAME)}${cores === 1 ? '' : `, ${cores} cores`}, batch ${batchSize} in ${formatMs(durationMs)}`;
  const width = boxes.length * (BOX + 3);
  const shift = isRight ? -width : 0;
  const drawn = boxes.map((share, index) => {
    const x = shift + index * (BOX + 3);
    return html`<rect class="box" x="${x}" y="${y}" width="${BOX}" height="${BOX}" rx="2"/><rect class="fill orange" x="${x}" y="${y + BOX * (1 - share)}" width="${BOX}" height="${BOX * share}"/>`;
  });
  const beside = isRight ? -width - 4 : width + 3;
  return from(
    edge,
    html`${drawn}<text x="${beside}" y="${y + 10}" text-anchor="${isRight ? 'end' : 'start'}">${text}</text>`,
  );
}

function inWords({ sloMs, worstCaseMs }: FeasiblePlan, rows: readonly Row[]): string {
  const told = rows.map(
    ({ module: { name, after, budgetMs, worstCaseMs: worst }, startMs }) =>
      `${name}${after.length > 0 ? ` after ${after.join(' and ')}` : ''} from ${formatMs(startMs)}, ${formatMs(worst)} of ${formatMs(budgetMs)}`,
  );
  return `The pipeline in time. ${told.join('; ')}. ${formatMs(worstCaseMs)} of the SLO of ${formatMs(sloMs)} at worst.`;
}
