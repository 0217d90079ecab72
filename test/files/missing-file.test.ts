import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { missingFileHint } from '../../src/files/missing-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-missing-'));
  mkdirSync(join(folder, 'models'));
  for (const name of ['squeezenet.onnx', 'bert.onnx', 'traffic.app.yaml', '.squeezenet.profile.json.lock'])
    writeFileSync(join(folder, name), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  { name: 'a letter short', path: 'squezenet.onnx', hint: 'Did you mean FOLDER/squeezenet.onnx?' },
  { name: 'without its ending', path: 'bert', hint: 'Did you mean FOLDER/bert.onnx?' },
  { name: 'with another ending', path: 'squeezenet.pt', hint: 'Did you mean FOLDER/squeezenet.onnx?' },
  {
    name: 'with another kind of ending',
    path: 'traffic.app.yml',
    hint: 'Did you mean FOLDER/traffic.app.yaml?',
  },
  { name: 'a folder', path: 'model', hint: 'Did you mean FOLDER/models?' },
  { name: 'nothing like it', path: 'resnet18.onnx', hint: 'make one' },
  { name: 'no such folder', path: 'nowhere/bert.onnx', hint: 'There is no folder FOLDER/nowhere.' },
  { name: 'a pattern', path: 'models/*.onnx', hint: /^No file matches this pattern: .*quotes/ },
])('$name: $path', ({ path, hint }) => {
  const told = missingFileHint(join(folder, path), 'make one')?.replaceAll(folder, 'FOLDER');
  expect(told).toEqual(typeof hint === 'string' ? hint : expect.stringMatching(hint));
});
