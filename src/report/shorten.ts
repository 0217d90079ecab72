/** Names that are too long for a table, cut in their middle: what tells them apart often stands at an end. */

/** @param most characters, ≥ 3 */
export function shorten(name: string, most: number): string {
  const characters = [...name];
  if (characters.length <= most) return name;
  const tail = Math.floor((most - 1) / 2);
  return `${characters.slice(0, most - 1 - tail).join('')}…${characters.slice(characters.length - tail).join('')}`;
}
