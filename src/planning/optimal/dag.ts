/** The modules' graph as a search walks it: numbered in topological order, with numbered edges and one end that all paths reach. */
export interface Dag {
  readonly size: number;
  readonly parents: readonly number[][];
  /** Of each edge. The number after the last module stands for the end, where edges of modules lead that nothing waits for. */
  readonly sources: readonly number[];
  readonly targets: readonly number[];
  /** Numbers of the edges into each module, none at a root; at last those into the end. */
  readonly edgesInto: readonly number[][];
}

export function dagOf(parents: readonly number[][]): Dag {
  const inner = new Set(parents.flat());
  const withEnd = [...parents, [...parents.keys()].filter((module) => !inner.has(module))];
  const targets = withEnd.flatMap((ids, module) => ids.map(() => module));
  return {
    size: parents.length,
    parents,
    sources: withEnd.flat(),
    targets,
    edgesInto: withEnd.map((_, module) => [...targets.keys()].filter((edge) => targets[edge] === module)),
  };
}

/**
 * How much longer each module may take before the longest path through it exceeds the limit, ms; negative where it does.
 * @param latenciesMs of all modules
 */
export function slackOf(
  { size, parents }: Dag,
  latenciesMs: ArrayLike<number>,
  limitMs: number,
): Float64Array {
  const upTo = new Float64Array(size);
  const beyond = new Float64Array(size);
  for (let module = 0; module < size; module++) {
    for (const parent of parents[module]!) upTo[module] = Math.max(upTo[module]!, upTo[parent]!);
    upTo[module] = upTo[module]! + latenciesMs[module]!;
  }
  for (let module = size - 1; module >= 0; module--) {
    const from = latenciesMs[module]! + beyond[module]!;
    for (const parent of parents[module]!) beyond[parent] = Math.max(beyond[parent]!, from);
  }
  return upTo.map((length, module) => limitMs - length - beyond[module]!);
}
