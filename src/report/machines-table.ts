/** The machines of a simulated plan, those of a rank on one line: how busy they were, and with what batches. */
import type { SimulatedMachine, SimulatedModule, SimulationResult } from '../domain/simulation.ts';
import { formatMs, formatPercent, significant } from './format.ts';
import { meanBatch, meanBusy } from './machine-means.ts';
import { shorten } from './shorten.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

const NAME_WIDTH = 20;

interface Rank {
  readonly module: SimulatedModule;
  readonly machines: readonly SimulatedMachine[];
}

export function renderMachines({ modules, machines }: SimulationResult, style: Style): string {
  const ranks = modules.flatMap((module): Rank[] => {
    const own = machines.filter((machine) => machine.module === module.name);
    return [...new Set(own.map(({ rank }) => rank))].map((rank) => ({
      module,
      machines: own.filter((machine) => machine.rank === rank),
    }));
  });
  return [
    table(
      ranks,
      [
        { title: 'module', align: 'left', text: (rank) => nameOf(rank) },
        { title: 'machines', text: (rank) => String(rank.machines.length) },
        {
          title: 'hardware',
          align: 'left',
          text: ({ machines: [first] }) => shorten(first!.hardware, NAME_WIDTH),
        },
        { title: 'busy', text: (rank) => formatPercent(meanBusy(rank.machines)) },
        { title: 'batch', text: ({ machines: [first] }) => String(first!.batchSize) },
        { title: 'seen', text: (rank) => significant(meanBatch(rank.machines)) },
      ],
      style,
    ),
    ...latest(modules, style),
  ].join('\n');
}

/** Beside the first rank only. */
const nameOf = ({ module, machines: [first] }: Rank): string =>
  first!.rank === 1 ? shorten(module.name, NAME_WIDTH) : '';

/** A thousandth of a millisecond is rounding. */
const NOTABLE_MS = 1e-3;

/** Modules that were later than planned. */
function latest(modules: readonly SimulatedModule[], style: Style): string[] {
  const late = modules.filter(({ maxBeyondPlanMs = 0 }) => maxBeyondPlanMs > NOTABLE_MS);
  if (late.length === 0) return [];
  const each = late.map(
    ({ name, maxBeyondPlanMs }) => `${shorten(name, NAME_WIDTH)} by ${formatMs(maxBeyondPlanMs!)}`,
  );
  return ['', `${style.dim('later than planned, at most:')} ${each.join(', ')}`];
}
