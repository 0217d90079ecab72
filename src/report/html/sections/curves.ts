/** Points of a profile as curves: one for each number of cores of a kind of machine, or one for each batch size. */

interface Point {
  readonly hardware: string;
  readonly cores: number;
  readonly batchSize: number;
}

export interface Curve<P> {
  readonly name: string;
  /** At least one. */
  readonly points: readonly P[];
}

/** By rising batch size. */
export function curvesByCores<P extends Point>(points: readonly P[]): Curve<P>[] {
  const severalKinds = new Set(points.map(({ hardware }) => hardware)).size > 1;
  return curves(
    points.toSorted((a, b) => a.cores - b.cores || a.batchSize - b.batchSize),
    ({ hardware, cores }) =>
      `${severalKinds ? `${hardware}, ` : ''}${cores} ${cores === 1 ? 'core' : 'cores'}`,
  );
}

/** By rising cores. */
export const curvesByBatch = <P extends Point>(points: readonly P[]): Curve<P>[] =>
  curves(
    points.toSorted((a, b) => a.batchSize - b.batchSize || a.cores - b.cores),
    ({ batchSize }) => `batch ${batchSize}`,
  );

function curves<P>(points: readonly P[], nameOf: (point: P) => string): Curve<P>[] {
  const byName = new Map<string, P[]>();
  for (const point of points) {
    const name = nameOf(point);
    if (!byName.has(name)) byName.set(name, []);
    byName.get(name)!.push(point);
  }
  return [...byName].map(([name, of]) => ({ name, points: of }));
}
