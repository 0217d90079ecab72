/** How far a long work has come, for a line of progress. */

/** Characters. */
const BAR = 30;

/** @param share 0..1 */
export function bar(share: number): string {
  const filled = Math.round(share * BAR);
  return `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}`;
}
