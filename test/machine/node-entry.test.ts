/** How harp's processes start, of which the other tests run bundles. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { nodeEntry } from '../../src/machine/node-entry.ts';
import { reluModel } from '../engine/onnx/fixture-model.ts';

test('from the sources: a process that reads TypeScript', async () => {
  const probe = new URL('../../src/engine/runtime-probe.ts', import.meta.url).href;
  const child = spawn(process.execPath, nodeEntry(probe, './probe-worker'), {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  try {
    child.send({ kind: 'shapes', model: reluModel() });
    const [answer] = await once(child, 'message');
    expect(answer).toMatchObject({ kind: 'shapes' });
  } finally {
    child.kill('SIGKILL');
  }
});

test('as built: its JavaScript', () => {
  expect(nodeEntry('file:///app/dist/engine/runtime-probe.js', './probe-worker')).toEqual([
    '/app/dist/engine/probe-worker.js',
  ]);
});
