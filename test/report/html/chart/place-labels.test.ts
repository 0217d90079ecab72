import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeBeside, placeLabels } from '../../../../src/report/html/chart/place-labels.ts';

const heights = fc.array(fc.integer({ min: 20, max: 200 }), { maxLength: 14 });

test('labels at the ends of lines never cover each other, keep their order and stay inside while there is room', () => {
  fc.assert(
    fc.property(heights, (wanted) => {
      const placed = placeLabels(wanted, 12, 20, 200);
      const order = [...wanted.keys()].sort((a, b) => wanted[a]! - wanted[b]! || a - b);
      for (const [at, index] of order.entries()) {
        expect(placed[index]).toBeGreaterThanOrEqual(20);
        expect(placed[index]).toBeLessThanOrEqual(200);
        if (at > 0) expect(placed[index]! - placed[order[at - 1]!]!).toBeGreaterThanOrEqual(12);
      }
    }),
  );
});

test('a label that is alone stays where it wants to be', () => {
  expect(placeLabels([50, 120], 12, 20, 200)).toEqual([50, 120]);
});

test('labels beside points stand right of them, left at the edge, and clear of each other', () => {
  const room = { right: 440, top: 20, bottom: 200 };
  const labels = [
    { x: 100, y: 100, width: 40 },
    { x: 430, y: 100, width: 40 },
    { x: 104, y: 101, width: 40 },
  ];
  const [first, edge, close] = placeBeside(labels, room);
  expect(first!.left).toBeGreaterThan(100);
  expect(edge!.left + 40).toBeLessThan(430);
  const apart = Math.abs(close!.y - first!.y) >= 12 || close!.left + 40 <= first!.left;
  expect(apart).toBe(true);
});
