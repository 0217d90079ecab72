/** Paths through the DAG of modules; modules are numbered in topological order and a path is as long as its modules together. */

/** Numbers of each module's parents. */
export const parentsOf = (
  modules: readonly { readonly name: string; readonly after: readonly string[] }[],
): number[][] =>
  modules.map(({ after }) => after.map((parent) => modules.findIndex(({ name }) => name === parent)));

/** For each module, the longest path that passes through it. */
export function pathsThrough(parents: readonly number[][], lengths: readonly number[]): number[] {
  const upTo = pathsUpTo(parents, lengths);
  const beyond = lengths.map(() => 0);
  for (let module = lengths.length - 1; module >= 0; module--) {
    const from = lengths[module]! + beyond[module]!;
    for (const parent of parents[module]!) beyond[parent] = Math.max(beyond[parent]!, from);
  }
  return upTo.map((length, module) => length + beyond[module]!);
}

/** The modules of the longest path, first to last. */
export function longestPath(parents: readonly number[][], lengths: readonly number[]): number[] {
  const upTo = pathsUpTo(parents, lengths);
  const path = [longestOf(upTo, [...upTo.keys()])];
  while (parents[path[0]!]!.length > 0) path.unshift(longestOf(upTo, parents[path[0]!]!));
  return path;
}

export const longestPathLength = (parents: readonly number[][], lengths: readonly number[]): number =>
  Math.max(...pathsUpTo(parents, lengths));

/** For each module, the longest path that ends with it. */
function pathsUpTo(parents: readonly number[][], lengths: readonly number[]): number[] {
  const upTo: number[] = [];
  for (const [module, length] of lengths.entries()) {
    upTo.push(length + Math.max(0, ...parents[module]!.map((parent) => upTo[parent]!)));
  }
  return upTo;
}

const longestOf = (upTo: readonly number[], modules: readonly number[]): number =>
  modules.reduce((longest, module) => (upTo[module]! > upTo[longest]! ? module : longest));
