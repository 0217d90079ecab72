/** What throughput and what cost each operating point gives for its latency, and which of them no other beats. */
import type { HardwareTable } from '../../../domain/hardware.ts';
import type { Profile } from '../../../domain/profile.ts';
import { type OperatingPoint, operatingPoints } from '../../../latency/operating-points.ts';
import { formatUsd } from '../../format.ts';
import { priceText } from '../../price.ts';
import { msAxis, numberAxis, usdAxis } from '../chart/axes.ts';
import { type Axis, type Chart, colourOf, type Series } from '../chart/chart.ts';
import { curvesByCores } from './curves.ts';

const SECONDS_PER_HOUR = 3600;

/** USD per million requests, of a machine that is always full. */
const costPerMillion = ({ costPerThroughput }: OperatingPoint): number =>
  (costPerThroughput / SECONDS_PER_HOUR) * 1e6;

/** An operating point, and what it is judged by beside its duration. */
interface Rated {
  readonly hardware: string;
  readonly cores: number;
  readonly batchSize: number;
  readonly durationMs: number;
  readonly value: number;
}

/** Those that no other beats in both, by rising duration. */
export function unbeaten(points: readonly Rated[], isBetter: (a: number, b: number) => boolean): Rated[] {
  const kept: Rated[] = [];
  const sorted = points.toSorted(
    (a, b) => a.durationMs - b.durationMs || (isBetter(a.value, b.value) ? -1 : 1),
  );
  for (const point of sorted) {
    const best = kept.at(-1);
    if (best === undefined || isBetter(point.value, best.value)) kept.push(point);
  }
  return kept;
}

/** @param hardware without the machines whose price is not known; the chart of costs is left out for them */
export function frontierCharts({ points }: Profile, hardware: HardwareTable): Chart[] {
  const throughput = frontierChart(
    'Throughput frontier',
    'One process, always full.',
    numberAxis('requests/s'),
    points.map((point) => ({ ...point, value: (1000 * point.batchSize) / point.durationMs })),
    (a, b) => a > b,
  );
  const priced = operatingPoints(
    points.filter((point) => Object.hasOwn(hardware, point.hardware)),
    hardware,
  );
  if (priced.length === 0) return [throughput];
  const kinds = [...new Set(priced.map((point) => point.hardware))];
  const cost = frontierChart(
    'Cost frontier',
    `One process, always full. ${kinds.map((kind) => `${kind}: ${priceText(hardware[kind]!)}`).join('; ')}.`,
    usdAxis('per million requests', { format: formatUsd }),
    priced.map((point) => ({ ...point, value: costPerMillion(point) })),
    (a, b) => a < b,
  );
  return [throughput, cost];
}

function frontierChart(
  title: string,
  says: string,
  y: Axis,
  points: readonly Rated[],
  isBetter: (a: number, b: number) => boolean,
): Chart {
  const curves = curvesByCores(points).map(
    ({ name, points: of }, index): Series => ({
      name,
      colour: colourOf(index),
      look: 'joined',
      points: of.map(({ batchSize, durationMs, value }) => ({
        x: durationMs,
        y: value,
        tip: `batch ${batchSize}`,
      })),
    }),
  );
  const frontier: Series = {
    name: 'unbeaten, with batch size',
    colour: 'grey',
    look: 'thick',
    points: unbeaten(points, isBetter).map(({ durationMs, value, batchSize }) => ({
      x: durationMs,
      y: value,
      label: String(batchSize),
    })),
    isAid: true,
  };
  return { title, says, x: msAxis('duration of a batch'), y, series: [frontier, ...curves], names: 'above' };
}
