/**
 * Figures for Prometheus: counted as plain numbers in cells that are found once, so that a request that counts in many of them pays
 * for additions alone, and put into its text format (0.0.4) when somebody asks.
 */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** A number by labels. */
export interface Cell {
  value: number;
}

interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** Lines of the text. */
  samples(): Iterable<string>;
}

type Labels = Readonly<Record<string, string | number>>;

/** As it stands between braces. */
const printLabels = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeLabel(String(value))}"`)
    .join(',');

const escapeLabel = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');

const sample = (name: string, labels: string, value: number): string =>
  `${name}${labels === '' ? '' : `{${labels}}`} ${printValue(value)}`;

const printValue = (value: number): string =>
  Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';

/** How often values came up to each of the bounds, and their sum. */
export class Histogram {
  sum = 0;
  private readonly bounds: readonly number[];
  /** Of each bound those beyond the one before; at last those beyond all. */
  private readonly counts: number[];

  /** @param bounds rising */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    this.sum += value;
    let bucket = 0;
    while (bucket < this.bounds.length && value > this.bounds[bucket]!) bucket++;
    this.counts[bucket]! += 1;
  }

  *samples(name: string, labels: string): Iterable<string> {
    const rest = labels === '' ? '' : `,${labels}`;
    let count = 0;
    for (const [bucket, bound] of [...this.bounds, '+Inf'].entries()) {
      count += this.counts[bucket]!;
      yield sample(`${name}_bucket`, `le="${bound}"${rest}`, count);
    }
    yield sample(`${name}_sum`, labels, this.sum);
    yield sample(`${name}_count`, labels, count);
  }
}

export class Exposition {
  private readonly families: Family[] = [];

  /** @returns finds the cell of these labels, a new one the first time */
  counter<Name extends string>(
    name: string,
    help: string,
  ): (labels: Readonly<Record<Name, string | number>>) => Cell {
    return this.family(
      { name, help, type: 'counter' },
      (): Cell => ({ value: 0 }),
      (labels, { value }) => [sample(name, labels, value)],
    );
  }

  /** As `counter`. @param bounds rising */
  histogram<Name extends string>(
    name: string,
    help: string,
    bounds: readonly number[],
  ): (labels: Readonly<Record<Name, string | number>>) => Histogram {
    return this.family(
      { name, help, type: 'histogram' },
      () => new Histogram(bounds),
      (labels, histogram) => histogram.samples(name, labels),
    );
  }

  /** @param read is called whenever somebody asks */
  reading(
    type: 'gauge' | 'counter',
    name: string,
    help: string,
    read: () => Iterable<readonly [Labels, number]>,
  ): void {
    const samples = (): string[] =>
      Array.from(read(), ([labels, value]) => sample(name, printLabels(labels), value));
    this.families.push({ name, help, type, samples });
  }

  text(): string {
    const lines = this.families.flatMap(({ name, help, type, samples }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${type}`,
      ...samples(),
      '',
    ]);
    return `${lines.join('\n')}\n`;
  }

  private family<Kept>(
    told: Pick<Family, 'name' | 'help' | 'type'>,
    create: () => Kept,
    print: (labels: string, kept: Kept) => Iterable<string>,
  ): (labels: Labels) => Kept {
    const byLabels = new Map<string, Kept>();
    const samples = (): string[] => [...byLabels].flatMap(([labels, kept]) => [...print(labels, kept)]);
    this.families.push({ ...told, samples });
    return (labels) => {
      const printed = printLabels(labels);
      const kept = byLabels.get(printed) ?? create();
      byLabels.set(printed, kept);
      return kept;
    };
  }
}
