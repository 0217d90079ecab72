/**
 * Requests over HTTP of which each is wrong by construction, drawn from a seed: whatever answers them must refuse them. The model
 * is called as the tests call it: one input `features`, FP32 [rows, 128], one output `logits`.
 */
import { deflateSync, gzipSync } from 'node:zlib';
import type { Random } from '../../../src/numeric/prng.ts';

export interface MalformedRequest {
  /** How it is wrong, for the report of a failure. */
  readonly kind: string;
  /** All of its bytes, from the request line on. */
  readonly bytes: Buffer;
}

export const FEATURES = 128;

const PATH = '/v2/models/mlp/infer';
const LENGTH = 'Inference-Header-Content-Length';

type Headers = Readonly<Record<string, string>>;
type Json = Record<string, unknown>;

interface Request {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Headers;
  readonly body?: string | Buffer;
}

const http = ({ method = 'POST', path = PATH, headers = {}, body = '' }: Request): Buffer => {
  const content = Buffer.from(body as string);
  const lines = Object.entries({ Host: 'x', Connection: 'close', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const length = 'Content-Length' in headers ? '' : `Content-Length: ${content.length}\r\n`;
  return Buffer.concat([
    Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}${length}\r\n`),
    content,
  ]);
};

const pick = <Item>(random: Random, items: readonly Item[]): Item =>
  items[Math.floor(random.uniform() * items.length)]!;

const below = (random: Random, limit: number): number => Math.floor(random.uniform() * limit);

const randomBytes = (random: Random, length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => below(random, 256)));

const tensor = (fields: Json = {}): Json => ({
  name: 'features',
  shape: [1, FEATURES],
  datatype: 'FP32',
  data: new Array(FEATURES).fill(0.25),
  ...fields,
});

const good = (fields: Json = {}): Json => ({ inputs: [tensor()], ...fields });

const WRONG_FIELDS: Readonly<Record<string, readonly unknown[]>> = {
  name: [
    undefined,
    null,
    7,
    {},
    ['features'],
    '',
    'Features',
    '__proto__',
    'constructor',
    '../../etc/passwd',
  ],
  datatype: [undefined, null, 32, 'FP31', 'fp32', 'BYTES', 'INT64', 'BF16', '__proto__', ['FP32']],
  shape: [
    undefined,
    null,
    '1,128',
    {},
    [],
    [128],
    [0, 128],
    [-1, 128],
    [1, 127],
    [2, 128],
    [1, 2, 64],
    [1.5, 128],
    [1e300, 128],
    [2 ** 31, 128],
    [2147483647, 2147483647],
    [null, 128],
    [[1, 128]],
    new Array(33).fill(1),
    new Array(100_000).fill(1),
  ],
  data: [
    undefined,
    null,
    'zeros',
    {},
    0.25,
    [],
    new Array(FEATURES - 1).fill(0),
    new Array(FEATURES + 1).fill(0),
    new Array(FEATURES).fill(null),
    new Array(FEATURES).fill('0'),
    new Array(FEATURES).fill(true),
    new Array(FEATURES).fill(1e39),
    new Array(FEATURES).fill([0]),
    [new Array(FEATURES - 1).fill(0)],
    [[new Array(FEATURES).fill(0)]],
    [new Array(FEATURES).fill({})],
  ],
  parameters: [
    7,
    'x',
    [],
    { binary_data_size: 8 },
    { binary_data_size: -1 },
    { binary_data_size: '512' },
    { binary_data_size: 2 ** 53 },
  ],
};

const WRONG_DOCUMENTS: readonly unknown[] = [
  {},
  [],
  7,
  null,
  'inputs',
  true,
  good({ inputs: undefined }),
  good({ inputs: null }),
  good({ inputs: {} }),
  good({ inputs: [] }),
  good({ inputs: [7] }),
  good({ inputs: [null] }),
  good({ inputs: [tensor(), tensor()] }),
  good({ inputs: [tensor(), tensor({ name: 'more' })] }),
  good({ id: 7 }),
  good({ id: {} }),
  good({ parameters: [] }),
  good({ parameters: 'x' }),
  good({ parameters: { timeout: -1 } }),
  good({ parameters: { timeout: 'soon' } }),
  good({ parameters: { timeout: 1e300 } }),
  good({ parameters: { timeout: 1 } }),
  good({ parameters: { timeout: { ms: 3 } } }),
  good({ parameters: { binary_data_output: 'yes' } }),
  good({ outputs: 'logits' }),
  good({ outputs: [7] }),
  good({ outputs: [{ name: 'nothing' }] }),
  good({ outputs: [{ name: 'logits' }, { name: 'logits' }] }),
  good({ outputs: [{ name: 'logits', parameters: { binary_data: 1 } }] }),
  good({ outputs: [{ name: 'logits', parameters: { classification: 3 } }] }),
  good({ outputs: [{ name: 'logits', parameters: { shared_memory_region: '/etc/passwd' } }] }),
];

const WRONG_PATHS: readonly string[] = [
  '/v2/models/%ff/infer',
  '/v2/models/%/infer',
  '/v2/models/nothing/infer',
  '/v2/models/mlp/versions/9/infer',
  '/v2/models/mlp/versions/../infer',
  '/v2/models/../../etc/passwd',
  '/v2/models/%2e%2e%2f%2e%2e%2fetc%2fpasswd/infer',
  '/v2/models/mlp%00/infer',
  '/v2/models/__proto__/infer',
  '/v2/models//infer',
  '/v2//models/mlp/infer',
  '/etc/passwd',
  '//etc/passwd',
  '*',
  'http://elsewhere/v2/models/nothing/infer',
  `/v2/models/${'m'.repeat(4000)}/infer`,
  `/${'a/'.repeat(3000)}`,
];

/** JSON in which one character that carries structure is missing, or one byte is none of UTF-8. */
function brokenJson(random: Random): Buffer {
  const json = Buffer.from(JSON.stringify(good({ id: 'ü' })));
  if (random.uniform() < 0.5) {
    json[below(random, json.length)] = 0xf8 + below(random, 8);
    return json;
  }
  const places = [...json.keys()].filter((at) => '{}[]:,"'.includes(String.fromCharCode(json[at]!)));
  const at = pick(random, places);
  return Buffer.concat([json.subarray(0, at), json.subarray(at + 1)]);
}

interface BinaryFaults {
  readonly size?: unknown;
  readonly bytes?: number;
  readonly length?: (json: number) => string;
}

const binary = ({ size = 4 * FEATURES, bytes = 4 * FEATURES, length = String }: BinaryFaults): Request => {
  const json = JSON.stringify(
    good({ inputs: [tensor({ data: undefined, parameters: { binary_data_size: size } })] }),
  );
  return {
    headers: { [LENGTH]: length(json.length) },
    body: Buffer.concat([Buffer.from(json), Buffer.alloc(bytes)]),
  };
};

const wrongBinary = (random: Random): Request =>
  binary(
    pick<BinaryFaults>(random, [
      { size: below(random, 4 * FEATURES) },
      { size: 4 * FEATURES + 1 + below(random, 1e9) },
      { size: pick(random, [-4, 1.5, '512', null, true, 2 ** 60, {}]) },
      { bytes: below(random, 4 * FEATURES) },
      { bytes: 4 * FEATURES + 1 + below(random, 1000) },
      { length: (json) => String(1 + below(random, json - 1)) },
      { length: (json) => String(json + 1 + below(random, 4 * FEATURES)) },
      { length: (json) => String(json + 4 * FEATURES + 1 + below(random, 1e6)) },
      { length: () => pick(random, ['', '0', '-1', 'all', '1e400', '9'.repeat(300), '1.5', 'NaN', '0x10']) },
    ]),
  );

function wrongPacking(random: Random): Request {
  const body = JSON.stringify(good());
  const cut = (packed: Buffer): Buffer => packed.subarray(0, below(random, packed.length));
  const spoilt = (packed: Buffer): Buffer => {
    packed[packed.length - 1 - below(random, 8)]! ^= 1 + below(random, 255);
    return packed;
  };
  return pick<() => Request>(random, [
    () => ({ headers: { 'Content-Encoding': 'gzip' }, body: cut(gzipSync(body)) }),
    () => ({ headers: { 'Content-Encoding': 'gzip' }, body: spoilt(gzipSync(body)) }),
    () => ({ headers: { 'Content-Encoding': 'deflate' }, body: cut(deflateSync(body)) }),
    () => ({ headers: { 'Content-Encoding': 'gzip' }, body }),
    () => ({ headers: { 'Content-Encoding': 'deflate' }, body: gzipSync(body) }),
    () => ({ headers: { 'Content-Encoding': 'gzip' }, body: gzipSync(gzipSync(body)) }),
    () => ({ headers: { 'Content-Encoding': 'gzip' }, body: gzipSync(Buffer.alloc(3_000_000, 0x20)) }),
    () => ({
      headers: { 'Content-Encoding': pick(random, ['br', 'zstd', 'gzip, gzip', 'constructor', '']) },
      body: pick(random, [gzipSync(body), randomBytes(random, 50)]),
    }),
  ])();
}

function deepJson(random: Random): Request {
  const depth = 65 + below(random, 20_000);
  const open = pick(random, ['[', '{"inputs":', '{"inputs":[', '[{"a":']);
  return { body: pick(random, [open.repeat(depth), `{"inputs":${'['.repeat(depth)}${']'.repeat(depth)}}`]) };
}

const chunksTooLarge = (): Buffer => {
  const chunk = `40000\r\n${' '.repeat(0x40000)}\r\n`;
  return Buffer.from(
    `POST ${PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(20)}0\r\n\r\n`,
  );
};

/** What is not HTTP, or HTTP that no one should send. */
function notHttp(random: Random): Buffer {
  const body = JSON.stringify(good());
  return pick<() => Buffer>(random, [
    () => Buffer.concat([randomBytes(random, 1 + below(random, 300)), Buffer.from('\r\n\r\n')]),
    () => Buffer.from(`POST ${PATH}\r\n\r\n`),
    () => Buffer.from(`POST ${PATH} HTTP/9.9\r\nHost: x\r\n\r\n`),
    () => Buffer.from(`GRAB ${PATH} HTTP/1.1\r\nHost: x\r\n\r\n`),
    () => Buffer.from(`POST ${PATH} HTTP/1.1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`),
    () => http({ headers: { Big: 'x'.repeat(20_000 + below(random, 100_000)) } }),
    () => http({ headers: { 'Bad\u0001Name': 'x' } }),
    () =>
      http({
        headers: { 'Content-Length': pick(random, ['-1', 'many', '1e3', '99999999999999999999']) },
        body,
      }),
    () => http({ headers: { 'Content-Length': String(1e12) }, body }),
    () => http({ headers: { 'Content-Length': '10', 'Transfer-Encoding': 'chunked' }, body }),
    () => http({ headers: { 'Content-Length': String(below(random, body.length)) }, body }),
    () =>
      Buffer.from(
        `POST ${PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n${body}\r\n0\r\n\r\n`,
      ),
    () => http({ headers: { Expect: 'miracles' }, body }),
    () => http({ method: 'CONNECT', path: 'elsewhere:443' }),
    () => http({ method: pick(random, ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']), body }),
  ])();
}

const KINDS: Readonly<Record<string, (random: Random) => Request | Buffer>> = {
  'a field of an input': (random) => {
    const field = pick(random, Object.keys(WRONG_FIELDS));
    return {
      body: JSON.stringify(good({ inputs: [tensor({ [field]: pick(random, WRONG_FIELDS[field]!) })] })),
    };
  },
  'a field of the document': (random) => ({ body: JSON.stringify(pick(random, WRONG_DOCUMENTS)) }),
  'broken JSON': (random) => ({ body: brokenJson(random) }),
  'JSON cut short': (random) => {
    const json = JSON.stringify(good());
    return { body: json.slice(0, below(random, json.length)) };
  },
  'bytes of no kind': (random) => ({
    // A body that begins like this is no JSON.
    body: Buffer.concat([Buffer.from('\u0000'), randomBytes(random, below(random, 3000))]),
  }),
  'deep JSON': deepJson,
  'a body too large': (random) => ({ body: Buffer.alloc(pick(random, [1_200_000, 20_000_000]), 0x20) }),
  'chunks too large': chunksTooLarge,
  'binary tensors': wrongBinary,
  packing: wrongPacking,
  'a path': (random) => ({ path: pick(random, WRONG_PATHS), body: JSON.stringify(good()) }),
  'a time limit': (random) => ({
    headers: { 'X-Request-Timeout-Ms': pick(random, ['', 'soon', '-5', '0', 'NaN', 'Infinity', '1e999']) },
    body: JSON.stringify(good()),
  }),
  'not HTTP': notHttp,
};

export function malformedRest(random: Random): MalformedRequest {
  const kind = pick(random, Object.keys(KINDS));
  const made = KINDS[kind]!(random);
  return { kind, bytes: Buffer.isBuffer(made) ? made : http(made) };
}

/** A request that is well. */
export const wellFormedRest = (): Buffer => http({ body: JSON.stringify(good()) });
