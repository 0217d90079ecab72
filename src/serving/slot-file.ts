/**
 * Rows of requests in a file that lives in memory: the front end writes each row once, on arrival, and a worker process
 * reads it from there when its batch runs. A row outlives the worker that was to run it.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { RowLayout } from '../engine/worker-port.ts';

export class SlotFile {
  readonly path: string;
  private readonly file: number;
  private readonly layout: RowLayout;
  private readonly free: number[] = [];
  private used = 0;

  constructor(folder: string, name: string, layout: RowLayout) {
    this.path = join(folder, name);
    this.file = openSync(this.path, 'w');
    this.layout = layout;
  }

  /** Takes a slot for a row; `fields` in the order of the layout. */
  put(fields: readonly Uint8Array[]): number {
    const slot = this.free.pop() ?? this.used++;
    this.layout.fields.forEach(({ offset }, index) => {
      const bytes = fields[index]!;
      writeSync(this.file, bytes, 0, bytes.length, slot * this.layout.rowBytes + offset);
    });
    return slot;
  }

  release(slot: number): void {
    this.free.push(slot);
  }

  close(): void {
    closeSync(this.file);
  }
}
