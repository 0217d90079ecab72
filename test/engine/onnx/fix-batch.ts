/** Takes the batch axis out of a created model, as exporters that trace one example do. */
import { readIntegers } from '../../../src/engine/onnx/read-integers.ts';
import { altered, decodeModel, encodeModel, type Message } from '../../../src/engine/onnx/schema.ts';

/** @returns the same model for one row: axis 0 is 1, and so is the first length of every Reshape that followed it */
export function fixBatch(bytes: Uint8Array): Uint8Array {
  const model = decodeModel(bytes);
  const graph = model.graph!;
  const targets = new Set(
    (graph.node ?? []).flatMap(({ opType, input }) => (opType === 'Reshape' ? [input![1]!] : [])),
  );
  return encodeModel(
    altered(model, {
      graph: altered(graph, {
        input: graph.input!.map(oneRow),
        output: graph.output!.map(oneRow),
        initializer: graph.initializer!.map((tensor) => {
          if (!targets.has(tensor.name!)) return tensor;
          const [, ...lengths] = readIntegers(tensor);
          const rawData = new Uint8Array(BigInt64Array.from([1, ...lengths], BigInt).buffer);
          return altered(tensor, { rawData });
        }),
      }),
    }),
  );
}

function oneRow(value: Message<'ValueInfoProto'>): Message<'ValueInfoProto'> {
  const { elemType, shape } = value.type!.tensorType!;
  const dim = shape!.dim!.map((each) => (each.dimParam === 'batch' ? { dimValue: 1 } : each));
  return { name: value.name!, type: { tensorType: { elemType: elemType!, shape: { dim } } } };
}
