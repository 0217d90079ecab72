/**
 * Takes an HTTP body apart: a JSON object, then raw tensors (the protocol's binary tensor extension). The length of
 * the JSON comes in a header; without one the whole body is JSON.
 */
import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { NumberListReader, type ReadList } from './number-list.ts';
import { malformed, ProtocolError, preview } from './protocol-error.ts';

/** Deeper than any tensor; deeper nesting costs memory far beyond the size of its text. */
const MAX_DEPTH = 64;

export type JsonObject = Readonly<Record<string, unknown>>;

export interface MessageParts {
  readonly document: JsonObject;
  /** What follows the JSON, as a part of the body. */
  readonly binary: Buffer;
}

const NOTHING = Buffer.alloc(0);

/** @throws ProtocolError 400 */
export function splitBody(body: Buffer, headerLength: number | undefined): MessageParts {
  const length = headerLength ?? body.length;
  if (!Number.isInteger(length) || length < 0 || length > body.length) {
    throw malformed('Inference-Header-Content-Length', `0 to ${body.length} (the body)`, String(length));
  }
  if (length === body.length) return { document: parseObject(body), binary: NOTHING };
  return { document: parseObject(body.subarray(0, length)), binary: body.subarray(length) };
}

function parseObject(json: Buffer): JsonObject {
  if (!isUtf8(json)) throw malformed('body', 'JSON in UTF-8', 'other bytes');
  const { depth, lists } = json.length > 2 * MAX_DEPTH ? scan(json) : SHALLOW;
  if (depth > MAX_DEPTH) throw malformed('body', `JSON at most ${MAX_DEPTH} deep`, 'deeper nesting');
  const document = asObject(parse(json, withoutLists(json, lists)), 'body');
  if (lists.length > 0) putBack(document, lists);
  return document;
}

function parse(json: Buffer, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Tell what is wrong with what was sent, at the place where it stands.
    try {
      return JSON.parse(json.toString());
    } catch (error) {
      throw new ProtocolError(400, `body: not JSON (${(error as Error).message})`);
    }
  }
}

/** @throws ProtocolError 400 */
export function asObject(value: unknown, where: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw malformed(where, 'an object', preview(value));
}

const [QUOTE, BACKSLASH, COLON, BRACKET] = [0x22, 0x5c, 0x3a, 0x5b];
/** "[" and "{" become "{" with this bit set, "]" and "}" become "}". */
const BRACE_BIT = 0x20;
const [OPENING, CLOSING] = [0x7b, 0x7d];
const SPACES = new Set([0x20, 0x0a, 0x0d, 0x09]);

/** A tensor's elements, and where they stood. */
interface FoundList extends ReadList {
  readonly start: number;
}

/** Below this size `JSON.parse` is as fast. */
const LONG = 4096;

const DATA = Buffer.from('"data"');
/** Of the "data" of a tensor: in an object, in a list, in the message. */
const DATA_DEPTH = 3;

/** What is too short to nest deeper than it may. */
const SHALLOW = { depth: MAX_DEPTH, lists: [] };

/** How deep lists and objects nest, or the first depth above the limit, and where long tensors stand; brackets within strings do not count. */
function scan(json: Buffer): { depth: number; lists: FoundList[] } {
  const reader = json.length >= LONG ? new NumberListReader(json) : undefined;
  const lists: FoundList[] = [];
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < json.length && deepest <= MAX_DEPTH; at++) {
    const byte = json[at]!;
    if (inString) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) {
      const start = reader && depth === DATA_DEPTH ? listStart(json, at) : undefined;
      const read = start === undefined ? undefined : reader!.read(start);
      if (read) {
        lists.push({ ...read, start: start! });
        at = read.end - 1;
      } else inString = true;
    } else if ((byte | BRACE_BIT) === OPENING) deepest = Math.max(deepest, ++depth);
    else if ((byte | BRACE_BIT) === CLOSING) depth--;
  }
  return { depth: deepest, lists };
}

/** Where the list begins if `"data": [` stands here. */
function listStart(json: Buffer, at: number): number | undefined {
  if (json.compare(DATA, 0, DATA.length, at, Math.min(json.length, at + DATA.length)) !== 0) return undefined;
  let next = at + DATA.length;
  while (SPACES.has(json[next]!)) next++;
  if (json[next] !== COLON) return undefined;
  next++;
  while (SPACES.has(json[next]!)) next++;
  return json[next] === BRACKET ? next : undefined;
}

/** Stands in the text where a list was; nobody can send it, since nobody knows it. */
const PLACEHOLDER = `${randomUUID()}:`;

function withoutLists(json: Buffer, lists: readonly FoundList[]): string {
  if (lists.length === 0) return json.toString();
  let text = '';
  let from = 0;
  lists.forEach(({ start, end }, index) => {
    text += `${json.toString('utf8', from, start)}"${PLACEHOLDER}${index}"`;
    from = end;
  });
  return text + json.toString('utf8', from);
}

function putBack(document: JsonObject, lists: readonly FoundList[]): void {
  for (const tensors of Object.values(document)) {
    if (!Array.isArray(tensors)) continue;
    for (const tensor of tensors as { data?: unknown }[]) {
      const { data } = tensor ?? {};
      if (typeof data === 'string' && data.startsWith(PLACEHOLDER)) {
        tensor.data = lists[Number(data.slice(PLACEHOLDER.length))]?.list;
      }
    }
  }
}
