/**
 * Rows of requests in a file that lives in memory: the front end writes each row once, on arrival, and a worker process
 * reads it from there when its batch runs. A row outlives the worker that was to run it.
 */
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { RowLayout } from '../engine/worker-port.ts';
import { writeFully } from '../engine/write-fully.ts';

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

  /**
   * Takes a slot for a row.
   * @param fields in the order of the layout, each of its size
   * @throws Error ENOSPC where memory is short; no slot is taken then
   */
  put(fields: readonly Uint8Array[]): number {
    const slot = this.free.pop() ?? this.used++;
    try {
      this.layout.fields.forEach(({ name, offset, bytes }, index) => {
        const data = fields[index]!;
        if (data.length !== bytes)
          throw new Error(`input "${name}": ${data.length} bytes in place of ${bytes}`);
        writeFully(this.file, data, slot * this.layout.rowBytes + offset);
      });
    } catch (error) {
      this.release(slot);
      throw error;
    }
    return slot;
  }

  release(slot: number): void {
    this.free.push(slot);
  }

  close(): void {
    closeSync(this.file);
  }
}
