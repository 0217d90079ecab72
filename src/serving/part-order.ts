/**
 * Which part of a module's work came of which part of its parent's, where a row falls into more of them at every module: the
 * answer has them in the order of what they come of, whichever was done first.
 */

interface Descent {
  readonly parent: number;
  /** By part. */
  readonly parentParts: number[];
}

export class PartOrder {
  /** By module; only of those that go row by row. */
  private readonly descents: Descent[] = [];

  /** So many parts more of the module come of this one of its only parent. */
  descend(module: number, parent: number, parentPart: number, count: number): void {
    this.descents[module] ??= { parent, parentParts: [] };
    const { parentParts } = this.descents[module];
    for (let row = 0; row < count; row++) parentParts.push(parentPart);
  }

  /** @returns of a module that goes row by row, the part of its parent */
  parentOf(module: number, part: number): number | undefined {
    return this.descents[module]?.parentParts[part];
  }

  /** What comes of a parent's rows, in the order of those rows. */
  inOrder<Part>(module: number, parts: readonly Part[]): readonly Part[] {
    const descent = this.descents[module];
    if (descent === undefined) return parts;
    const { parent, parentParts } = descent;
    const parentOrder = this.inOrder(parent, [...Array(Math.max(...parentParts) + 1).keys()]);
    return parentOrder.flatMap((parentPart) => parts.filter((_, part) => parentParts[part] === parentPart));
  }
}
