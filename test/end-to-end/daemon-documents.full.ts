/** What `harp serve`, `harp status` and `harp stop` print with --json, against the published schemas. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planOf } from '../plan-of.ts';
import { violationsOf } from '../schemas/published-schema.ts';
import { harp } from './harp.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-daemon-documents-'));
  writeFileSync(join(folder, 'one.plan.json'), JSON.stringify(planOf('one', [{ name: 'm' }])));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('a daemon that comes and goes', async () => {
  const told = async (...args: string[]) => JSON.parse((await harp([...args, '--json'], folder)).stdout);
  const listening = await told('serve', 'one.plan.json', '--emulate', '--detach', '--http', '127.0.0.1:0');
  expect(violationsOf('listening', listening)).toEqual([]);
  const status = await told('status');
  expect(violationsOf('status', status)).toEqual([]);
  expect(status.daemons).toMatchObject([{ pid: listening.pid, ready: true }]);
  const stopped = await told('stop');
  expect(violationsOf('stopped', stopped)).toEqual([]);
  expect(stopped.stopped).toMatchObject([{ pid: listening.pid }]);
});
