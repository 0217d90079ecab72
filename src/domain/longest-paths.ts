/** How long the modules of an application take one after the other, along its longest paths. */

/**
 * The longest path that ends at each module, the module's own length included.
 * @param modules parents before children
 */
export function longestPathsMs(
  modules: readonly { readonly name: string; readonly after: readonly string[] }[],
  lengthMs: (name: string) => number,
): Map<string, number> {
  const ends = new Map<string, number>();
  for (const { name, after } of modules) {
    const before = Math.max(0, ...after.map((parent) => ends.get(parent)!));
    ends.set(name, before + lengthMs(name));
  }
  return ends;
}
