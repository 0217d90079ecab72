/**
 * The body of an inference request for REST, made once: only the limit that the server is told differs from one sending to
 * the next, and tensors are neither printed nor copied for that.
 */
import { encodeInferRequest } from '../serving/protocol/encode-message.ts';
import { HEADER_LENGTH, type InferRequest } from '../serving/protocol/infer-message.ts';

export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  /** The body in parts, to be written one after the other. */
  readonly chunks: readonly Uint8Array[];
}

export interface TimedBody {
  /** Of the body, give or take a digit. */
  readonly bytes: number;
  /** @param limitMs told as the parameter `timeout`, in whole µs */
  readonly within: (limitMs: number) => Message;
}

/** Stands where the limit goes: no limit is as long. */
const PLACE = 9_007_199_254_740_991;

export function timedBody(request: InferRequest, { binary }: { readonly binary: boolean }): TimedBody {
  const parameters = { timeout: PLACE, ...without(request.parameters, 'timeout') };
  const { headers, text, raw } = encodeInferRequest({ ...request, parameters }, { binary });
  const json = Buffer.from(text);
  const place = String(PLACE);
  const at = json.indexOf(`"timeout":${place}`) + '"timeout":'.length;
  const [before, after] = [json.subarray(0, at), json.subarray(at + place.length)];
  const inJson = headers[HEADER_LENGTH];
  return {
    bytes: Number(headers['content-length']),
    within: (limitMs) => {
      const limit = Buffer.from(String(Math.round(limitMs * 1000)));
      const lengthWith = (length: string) => String(Number(length) - place.length + limit.length);
      return {
        headers: {
          ...headers,
          'content-length': lengthWith(headers['content-length']!),
          ...(inJson !== undefined && { [HEADER_LENGTH]: lengthWith(inJson) }),
        },
        chunks: [before, limit, after, ...raw],
      };
    },
  };
}

const without = <Fields extends object>(fields: Fields, name: string): Partial<Fields> =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name)) as Partial<Fields>;
