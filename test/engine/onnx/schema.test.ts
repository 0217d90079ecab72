import { expect, test } from 'vitest';
import { decodeModel, encodeModel } from '../../../src/engine/onnx/schema.ts';

/** One length-delimited protobuf field, by hand. */
const field = (number: number, content: Uint8Array | string): number[] => {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return [(number << 3) | 2, bytes.length, ...bytes];
};

test('reads the fields by the numbers of onnx.proto', () => {
  const node = Buffer.from([...field(1, 'x'), ...field(2, 'y'), ...field(4, 'Relu')]);
  const bytes = Buffer.from([
    0x08,
    8,
    ...field(7, Buffer.from(field(1, node))),
    ...field(8, Buffer.from([0x10, 17])),
  ]);
  const model = decodeModel(bytes);
  expect(Number(model.irVersion)).toBe(8);
  expect(Number(model.opsetImport![0]!.version)).toBe(17);
  expect(model.graph!.node![0]).toMatchObject({ input: ['x'], output: ['y'], opType: 'Relu' });
});

test('what the table does not name, here a doc string and metadata, survives decoding and encoding', () => {
  const graph = Buffer.from([...field(2, 'name'), ...field(10, 'a doc string of the graph')]);
  const bytes = Buffer.from([0x08, 8, ...field(7, graph), ...field(14, Buffer.from(field(1, 'key')))]);
  expect(Buffer.from(encodeModel(decodeModel(bytes)))).toEqual(bytes);
});

test('an attribute of 0 is written: without it an operator would take its default', () => {
  const graph = { node: [{ attribute: [{ name: 'axis', i: 0, type: 2 }] }] };
  const attribute = decodeModel(encodeModel({ graph })).graph!.node![0]!.attribute![0]!;
  expect(Object.hasOwn(attribute, 'i')).toBe(true);
});

test('weights are views into the bytes that were read', () => {
  const bytes = encodeModel({ graph: { initializer: [{ name: 'w', rawData: new Uint8Array(64).fill(7) }] } });
  const { rawData } = decodeModel(bytes).graph!.initializer![0]!;
  expect(rawData!.buffer).toBe(bytes.buffer);
});
