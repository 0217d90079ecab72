/**
 * Reads an ONNX file, or says in the user's words why it is none. Protobuf has no signature: a file counts as ONNX if
 * it decodes and has what every model must have, an IR version, a graph and an operator set.
 */
import { readFileSync } from 'node:fs';
import { HarpError } from '../../domain/errors.ts';
import { systemWords } from '../../domain/system-error.ts';
import { decodeModel, type Message } from './schema.ts';

/** A model that has its graph. */
export type Model = Message<'ModelProto'> & { graph: Message<'GraphProto'> };

/** @throws HarpError `bad-input` where there is no such file, or it is not a whole ONNX model */
export function readModel(file: string): { bytes: Uint8Array; model: Model } {
  const bytes = readBytes(file);
  const model = tryDecode(bytes);
  if (model !== undefined && isModel(model)) return { bytes, model };
  throw notAModel(file, bytes);
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new HarpError('bad-input', WHY_UNREADABLE[code] ?? 'cannot read this file', {
      where: file,
      expected: 'an ONNX model',
      ...(WHY_UNREADABLE[code] === undefined && { got: systemWords(error) }),
    });
  }
}

const WHY_UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'this is a folder',
  EACCES: 'no permission to read this file',
  ERR_FS_FILE_TOO_LARGE:
    'larger than 2 GiB, which no ONNX file can be; weights beyond that go to external data',
};

function tryDecode(bytes: Uint8Array): Message<'ModelProto'> | undefined {
  try {
    return decodeModel(bytes);
  } catch {
    return undefined;
  }
}

const isModel = (model: Message<'ModelProto'>): model is Model =>
  Number(model.irVersion) > 0 && model.graph != null && (model.opsetImport?.length ?? 0) > 0;

/** Key of the IR version, which every known writer puts first. */
const FIRST_BYTE = 0x08;

function notAModel(file: string, bytes: Uint8Array): HarpError {
  if (bytes.length === 0) {
    return new HarpError('bad-input', 'this file is empty', { where: file, expected: 'an ONNX model' });
  }
  if (bytes[0] === FIRST_BYTE) {
    return new HarpError('bad-input', 'this ONNX file is cut short or damaged', {
      where: file,
      got: `${bytes.length} bytes that do not hold a whole model`,
      hint: 'Copy or download it again.',
    });
  }
  const { what, hint } = guessContent(bytes);
  return new HarpError('bad-input', 'this is not an ONNX file', {
    where: file,
    expected: 'an ONNX model',
    got: what,
    hint,
  });
}

function guessContent(bytes: Uint8Array): { what: string; hint?: string } {
  const start = Buffer.from(bytes.subarray(0, 512)).toString('latin1');
  if (start.startsWith('version https://git-lfs')) {
    return { what: 'a Git LFS pointer', hint: 'git lfs pull fetches the model itself.' };
  }
  if (start.startsWith('PK')) return { what: 'a zip archive', hint: 'Unpack it, or export it to ONNX.' };
  if (start.startsWith('\x1f\x8b')) return { what: 'a gzip archive', hint: 'Unpack it first.' };
  if (start.slice(4, 8) === 'ORTM') {
    return { what: "onnxruntime's own format (.ort)", hint: 'Use the ONNX file that it was made from.' };
  }
  if (/^\s*[{[]/.test(start)) return { what: 'JSON' };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells bytes from text.
  return { what: /[\x00-\x08\x0e-\x1f]/.test(start) ? 'other binary data' : 'text' };
}
