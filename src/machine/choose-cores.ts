/**
 * Which cores a confined process gets: from the last one down, so that the first stays with whoever started it, and one
 * hardware thread of each physical core before any second one, since two threads of a core share its arithmetic.
 */
import { readFileSync } from 'node:fs';
import { parseCoreList } from './confine.ts';

/**
 * @param count at most `allowed.length`
 * @param allowed core numbers that may be used
 * @returns ascending
 */
export const chooseCores = (
  count: number,
  allowed: readonly number[],
  siblingsOf: (core: number) => readonly number[] = readSiblings,
): number[] =>
  preferredOrder(allowed, siblingsOf)
    .slice(0, count)
    .sort((a, b) => a - b);

/** Core numbers, those to be given out first at the front. */
export function preferredOrder(
  allowed: readonly number[],
  siblingsOf: (core: number) => readonly number[] = readSiblings,
): readonly number[] {
  const first: number[] = [];
  const second: number[] = [];
  for (const core of allowed.toReversed()) {
    const shared = siblingsOf(core).some((sibling) => first.includes(sibling));
    (shared ? second : first).push(core);
  }
  return [...first, ...second];
}

/** The hardware threads of a core's physical core, itself among them. */
function readSiblings(core: number): number[] {
  try {
    return parseCoreList(
      readFileSync(`/sys/devices/system/cpu/cpu${core}/topology/thread_siblings_list`, 'utf8'),
    );
  } catch {
    return [core];
  }
}
