/** The text of the gRPC service in the package says what the server reads and writes. */
import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { expect, it } from 'vitest';
import { INFERENCE } from '../../src/serving/grpc/messages.ts';
import { INFERENCE_SERVICE } from '../../src/serving/grpc/services.ts';

const text = readFileSync(new URL('../../proto/open_inference.proto', import.meta.url), 'utf8');
const inference = protobuf.parse(text, { keepCase: true }).root.lookup('inference') as protobuf.Namespace;

/** The same on the wire, and one message to the server. */
const asServer = (type: string): string =>
  ['InferInputTensor', 'InferOutputTensor'].includes(type) ? 'InferTensor' : type;

function fieldsOf({ fieldsArray }: protobuf.Type): object {
  return Object.fromEntries(
    fieldsArray.map((field) => [
      field.name,
      {
        id: field.id,
        type: asServer(field.type),
        ...(field.repeated && { rule: 'repeated' }),
        ...(field instanceof protobuf.MapField && { keyType: field.keyType }),
      },
    ]),
  );
}

const typesIn = ({ nestedArray }: protobuf.Namespace): protobuf.Type[] =>
  nestedArray.flatMap((each) => (each instanceof protobuf.Type ? [each, ...typesIn(each)] : []));

it('has every message with its fields, their numbers and types', () => {
  const messages = typesIn(inference).map((type) => [asServer(type.name), fieldsOf(type)]);
  for (const [name, fields] of messages)
    expect({ [name as string]: fields }).toEqual({ [name as string]: INFERENCE[name as string] });
  expect(new Set(messages.map(([name]) => name))).toEqual(new Set(Object.keys(INFERENCE)));
});

it('has every method, with its messages and streams', () => {
  const { methods } = inference.lookupService('GRPCInferenceService');
  expect(Object.keys(methods).sort()).toEqual(Object.keys(INFERENCE_SERVICE).sort());
  for (const [name, { path, requestStream, responseStream }] of Object.entries(INFERENCE_SERVICE)) {
    const method = methods[name]!;
    const streams = [method.requestStream ?? false, method.responseStream ?? false];
    expect([path, ...streams]).toEqual([
      `/inference.GRPCInferenceService/${name}`,
      requestStream,
      responseStream,
    ]);
  }
});
