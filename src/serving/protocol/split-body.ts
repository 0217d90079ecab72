/**
 * Takes an HTTP body apart: a JSON object, then raw tensors (the protocol's binary tensor extension). The length of
 * the JSON comes in a header; without one the whole body is JSON.
 */
import { isUtf8 } from 'node:buffer';
import { malformed, ProtocolError, preview } from './protocol-error.ts';

/** Deeper than any tensor; deeper nesting costs memory far beyond the size of its text. */
const MAX_DEPTH = 64;

export type JsonObject = Readonly<Record<string, unknown>>;

export interface MessageParts {
  readonly document: JsonObject;
  /** What follows the JSON, as a part of the body. */
  readonly binary: Buffer;
}

/** @throws ProtocolError 400 */
export function splitBody(body: Buffer, headerLength: number | undefined): MessageParts {
  const length = headerLength ?? body.length;
  if (!Number.isInteger(length) || length < 0 || length > body.length) {
    throw malformed('Inference-Header-Content-Length', `0 to ${body.length} (the body)`, String(length));
  }
  return { document: parseObject(body.subarray(0, length)), binary: body.subarray(length) };
}

function parseObject(json: Buffer): JsonObject {
  if (!isUtf8(json)) throw malformed('body', 'JSON in UTF-8', 'other bytes');
  if (depthOf(json) > MAX_DEPTH) throw malformed('body', `JSON at most ${MAX_DEPTH} deep`, 'deeper nesting');
  let value: unknown;
  try {
    value = JSON.parse(json.toString('utf8'));
  } catch (error) {
    throw new ProtocolError(400, `body: not JSON (${(error as Error).message})`);
  }
  return asObject(value, 'body');
}

/** @throws ProtocolError 400 */
export function asObject(value: unknown, where: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw malformed(where, 'an object', preview(value));
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
/** "[" and "{" become "{" with this bit set, "]" and "}" become "}". */
const BRACE_BIT = 0x20;
const [OPENING, CLOSING] = [0x7b, 0x7d];

/** How deep lists and objects nest, or the first depth above the limit; brackets within strings do not count. */
function depthOf(json: Buffer): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < json.length && deepest <= MAX_DEPTH; at++) {
    const byte = json[at]!;
    if (inString) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if ((byte | BRACE_BIT) === OPENING) deepest = Math.max(deepest, ++depth);
    else if ((byte | BRACE_BIT) === CLOSING) depth--;
  }
  return deepest;
}
