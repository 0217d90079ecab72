/** Keeps labels that stand one below the other from covering each other. */

/**
 * Moves labels as little as it takes; they keep their order.
 * @param gap from one to the next, px
 * @returns where each stands, in the order given; within [top, bottom] as far as there is room
 */
export function placeLabels(wanted: readonly number[], gap: number, top: number, bottom: number): number[] {
  const order = [...wanted.keys()].sort((a, b) => wanted[a]! - wanted[b]! || a - b);
  const placed = new Array<number>(wanted.length);
  let lowest = top;
  for (const index of order) {
    placed[index] = Math.max(wanted[index]!, lowest);
    lowest = placed[index]! + gap;
  }
  let highest = bottom;
  for (const index of order.toReversed()) {
    placed[index] = Math.min(placed[index]!, highest);
    highest = placed[index]! - gap;
  }
  return placed;
}

interface Labelled {
  /** Of what it names, px. */
  readonly x: number;
  readonly y: number;
  /** Of the text. */
  readonly width: number;
}

interface Placed {
  readonly left: number;
  /** Its middle. */
  readonly y: number;
  readonly width: number;
}

const BESIDE = 7;
const LINE = 12;
/** Above a little, then lower and higher by steps. */
const SHIFTS = [-8, 9, -19, 20, -30, 31, -41, 42, -52, 53, -63, 64];

/** Labels beside points, right of them or else left, where they cover neither a label placed before nor another point. */
export function placeBeside(
  labels: readonly Labelled[],
  { right, top, bottom }: { readonly right: number; readonly top: number; readonly bottom: number },
): Placed[] {
  const placed: Placed[] = [];
  for (const { x, y, width } of labels) {
    const choices = SHIFTS.flatMap((shift) => [
      { left: x + BESIDE, y: y + shift, width },
      { left: x - BESIDE - width, y: y + shift, width },
    ]).filter((box) => box.left >= 0 && box.left + width <= right && box.y >= top - 6 && box.y <= bottom - 4);
    const isFree = (box: Placed): boolean =>
      placed.every((other) => !overlap(box, other)) && labels.every((point) => !covers(box, point));
    placed.push(choices.find(isFree) ?? choices[0] ?? { left: x + BESIDE, y, width });
  }
  return placed;
}

const overlap = (a: Placed, b: Placed): boolean =>
  Math.abs(a.y - b.y) < LINE && a.left < b.left + b.width + 3 && b.left < a.left + a.width + 3;

const covers = (box: Placed, { x, y }: Labelled): boolean =>
  Math.abs(box.y - y) < LINE / 2 + 2 && x > box.left - 3 && x < box.left + box.width + 3;
