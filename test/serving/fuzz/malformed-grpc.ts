/** Messages and frames over gRPC of which each is wrong by construction, drawn from a seed; for the model of malformed-rest.ts. */
import protobuf from 'protobufjs/light.js';
import type { Random } from '../../../src/numeric/prng.ts';
import { FEATURES } from './malformed-rest.ts';

export interface MalformedCall {
  /** How it is wrong, for the report of a failure. */
  readonly kind: string;
  readonly path: string;
  /** All bytes of the request's stream: the prefix of the message, and the message. */
  readonly bytes: Buffer;
}

type Field = readonly [id: number, value: number | string | Uint8Array];

const message = (...fields: readonly Field[]): Buffer => {
  const writer = protobuf.Writer.create();
  for (const [id, value] of fields) {
    if (typeof value === 'number') writer.uint32(id << 3).int64(value);
    else if (typeof value === 'string') writer.uint32((id << 3) | 2).string(value);
    else writer.uint32((id << 3) | 2).bytes(value);
  }
  return Buffer.from(writer.finish());
};

const varints = (...values: number[]): Buffer => {
  const writer = protobuf.Writer.create();
  for (const value of values) writer.int64(value);
  return Buffer.from(writer.finish());
};

const pick = <Item>(random: Random, items: readonly Item[]): Item =>
  items[Math.floor(random.uniform() * items.length)]!;

const below = (random: Random, limit: number): number => Math.floor(random.uniform() * limit);

const randomBytes = (random: Random, length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => below(random, 256)));

const GOOD_SHAPE = varints(1, FEATURES);
const RAW = Buffer.alloc(4 * FEATURES);

const input = ({ name = 'features', datatype = 'FP32', shape = GOOD_SHAPE }, ...more: Field[]): Field => [
  5,
  message([1, name], [2, datatype], [3, shape], ...more),
];

const request = (...fields: readonly Field[]): Buffer => message([1, 'mlp'], ...fields);

/** A request that is well. */
export const wellFormedGrpc = (): Buffer => framed(request(input({}), [7, RAW]));

const wrongInput = (random: Random): Buffer =>
  request(
    input({
      ...pick<object>(random, [
        { name: pick(random, ['', 'Features', '__proto__', '../../etc/passwd']) },
        { datatype: pick(random, ['', 'fp32', 'FP8', 'BYTES', 'INT64', 'BOOL', '__proto__']) },
        {
          shape: pick(random, [
            Buffer.alloc(0),
            varints(FEATURES),
            varints(0, FEATURES),
            varints(-1, FEATURES),
            varints(2, FEATURES),
            varints(1, 2 ** 62),
            varints(2 ** 31 - 1, 2 ** 31 - 1),
            varints(...new Array(40).fill(1)),
            varints(...new Array(50_000).fill(1)),
          ]),
        },
      ]),
    }),
    [7, RAW],
  );

const wrongContents = (random: Random): Buffer =>
  pick<() => Buffer>(random, [
    () => request(input({}), [7, Buffer.alloc(below(random, 4 * FEATURES))]),
    () => request(input({}), [7, Buffer.alloc(4 * FEATURES + 1 + below(random, 5000))]),
    () => request(input({}), [7, RAW], [7, RAW]),
    () => request(input({}), input({}), [7, RAW], [7, RAW]),
    () => request(input({}), input({ name: 'more' }), [7, RAW], [7, RAW]),
    () => request(input({})),
    () => request([7, RAW]),
    () => request(),
    () => request(input({}, [5, message([6, RAW])]), [7, RAW]),
    () => request(input({}, [5, message([7, Buffer.alloc(8 * FEATURES)])])),
    () => request(input({}, [5, message([6, Buffer.alloc(4 * below(random, FEATURES))])])),
    () => request(input({ datatype: 'FP16' }, [5, message([2, Buffer.alloc(FEATURES)])])),
    () => request(input({}), [6, message([1, 'nothing'])], [7, RAW]),
    () => request(input({}), [4, message([1, 'timeout'], [2, message([3, 'soon'])])], [7, RAW]),
    () => request(input({}), [4, message([1, 'timeout'], [2, message([2, -5])])], [7, RAW]),
    () => request(input({}), [4, message([1, 'anything'], [2, Buffer.alloc(0)])], [7, RAW]),
    () => request(input({}), [2, '9'], [7, RAW]),
    () => message([1, pick(random, ['nothing', '__proto__', '../../etc/passwd'])], input({}), [7, RAW]),
  ])();

/** The tensor's bytes are at the end of a request, so that whatever is cut off is missing. */
function cutShort(random: Random): Buffer {
  const whole = request(input({}), [7, RAW]);
  return whole.subarray(0, below(random, whole.length));
}

/** Bytes that no reader of messages gets through. */
const noMessage = (random: Random): Buffer =>
  pick<() => Buffer>(random, [
    // Wire types 6 and 7 do not exist.
    () =>
      Buffer.concat([
        Buffer.from([(1 << 3) | pick(random, [6, 7])]),
        randomBytes(random, below(random, 500)),
      ]),
    // A length far beyond the end.
    () => Buffer.concat([Buffer.from([(7 << 3) | 2, 0xff, 0xff, 0xff, 0xff, 0x07]), randomBytes(random, 20)]),
    // A number that does not end.
    () => Buffer.alloc(12 + below(random, 500), 0xff),
    // Groups within groups.
    () => Buffer.alloc(1 + below(random, 100_000), (15 << 3) | 3),
    // Text that is not UTF-8.
    () =>
      message([1, Buffer.concat([Buffer.from([0xff, 0xc0]), randomBytes(random, 10)])], input({}), [7, RAW]),
  ])();

/** A message behind its prefix: that it is not compressed, and its length. */
const framed = (body: Buffer, length = body.length): Buffer => {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(length, 1);
  return Buffer.concat([prefix, body]);
};

const wrongFrame = (random: Random): Buffer => {
  const body = request(input({}), [7, RAW]);
  return pick<() => Buffer>(random, [
    () => framed(body, body.length + 1 + below(random, 1000)),
    () => framed(body, 2 ** 32 - 1),
    () => framed(body, below(random, body.length)),
    () => framed(Buffer.alloc(1_200_000)),
    () => framed(body).subarray(0, below(random, 5)),
    () => Buffer.alloc(0),
  ])();
};

export const MODEL_INFER = '/inference.GRPCInferenceService/ModelInfer';

const KINDS: Readonly<Record<string, (random: Random) => Buffer>> = {
  'an input': (random) => framed(wrongInput(random)),
  contents: (random) => framed(wrongContents(random)),
  'cut short': (random) => framed(cutShort(random)),
  'no message': (random) => framed(noMessage(random)),
  'a frame': wrongFrame,
};

const WRONG_PATHS = [
  '/inference.GRPCInferenceService/Nothing',
  '/nothing.Here/ModelInfer',
  '/',
  '/../../etc/passwd',
];

export function malformedGrpc(random: Random): MalformedCall {
  const kind = pick(random, [...Object.keys(KINDS), 'a path']);
  if (kind === 'a path') return { kind, path: pick(random, WRONG_PATHS), bytes: wellFormedGrpc() };
  return { kind, path: MODEL_INFER, bytes: KINDS[kind]!(random) };
}
