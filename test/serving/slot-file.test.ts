import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RowLayout } from '../../src/engine/worker-port.ts';
import { SlotFile } from '../../src/serving/slot-file.ts';

const LAYOUT: RowLayout = {
  fields: [
    { name: 'a', datatype: 'UINT8', dims: [2], offset: 0, bytes: 2 },
    { name: 'b', datatype: 'UINT8', dims: [3], offset: 8, bytes: 3 },
  ],
  rowBytes: 16,
  fixedBatch: undefined,
};

let folder: string;
let slots: SlotFile;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-slots-'));
  slots = new SlotFile(folder, 'rows', LAYOUT);
});
afterEach(() => {
  slots.close();
  rmSync(folder, { recursive: true });
});

const row = (value: number) => [new Uint8Array(2).fill(value), new Uint8Array(3).fill(value)];

it('rows lie at their slots, fields at their offsets', () => {
  expect([slots.put(row(1)), slots.put(row(2))]).toEqual([0, 1]);
  const bytes = [...readFileSync(slots.path)];
  expect(bytes.slice(16, 18)).toEqual([2, 2]);
  expect(bytes.slice(24, 27)).toEqual([2, 2, 2]);
  expect(bytes.slice(0, 2)).toEqual([1, 1]);
});

it('a released slot is used again before the file grows', () => {
  slots.put(row(1));
  const second = slots.put(row(2));
  slots.release(second);
  expect(slots.put(row(3))).toBe(second);
});

it('a row of another size is refused, and takes no slot', () => {
  expect(() => slots.put([new Uint8Array(2), new Uint8Array(4)])).toThrow(/input "b": 4 bytes in place of 3/);
  expect(slots.put(row(1))).toBe(0);
});
