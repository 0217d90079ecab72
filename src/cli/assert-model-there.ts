/** Whether there is a file where a model is said to be; if not, which one may be meant, or how to make one. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { HarpError } from '../domain/errors.ts';
import { ARCHITECTURES } from '../engine/onnx/create-model.ts';
import { missingFileHint } from '../files/missing-file.ts';

/** @throws HarpError `bad-input`; `usage` for stdin */
export function assertModelThere(path: string): void {
  if (path === '-') {
    throw new HarpError('usage', 'a model is not read from stdin', {
      where: path,
      expected: 'the path of an ONNX file: its weights may lie beside it, and profiles and plans name it',
      hint: 'Save it first, as: … > model.onnx. A file that is called "-" is ./-.',
    });
  }
  if (existsSync(path)) return;
  const name = basename(path).replace(/\.onnx$/i, '');
  const toMake = Object.hasOwn(ARCHITECTURES, name)
    ? `harp model create ${name} writes one with random weights.`
    : 'harp model create --list names models that harp can write, to try with.';
  throw new HarpError('bad-input', 'there is no such file', {
    where: path,
    expected: 'an ONNX model',
    hint: missingFileHint(path, toMake),
  });
}
