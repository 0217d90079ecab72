/** Reads the body of a request: bounded, and unpacked where the client packed it. */
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { ProtocolError } from './protocol/protocol-error.ts';

const UNPACK = new Map([
  ['gzip', gunzip],
  ['deflate', inflate],
]);

/**
 * @param limitBytes of the body, packed and unpacked
 * @throws ProtocolError 413 where it is larger, 400 where it was cut short or cannot be unpacked, 415 for other packings
 */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const tooLarge = (): ProtocolError => new ProtocolError(413, `the body is larger than ${limitBytes} bytes`);
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limitBytes) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    throw new ProtocolError(400, `the body was cut short after ${size} bytes`);
  }
  const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size);
  return unpack(
    body,
    (request.headers['content-encoding'] ?? 'identity').toLowerCase(),
    limitBytes,
    tooLarge,
  );
}

async function unpack(
  body: Buffer,
  encoding: string,
  limitBytes: number,
  tooLarge: () => ProtocolError,
): Promise<Buffer> {
  if (encoding === 'identity') return body;
  const unpacker = UNPACK.get(encoding);
  if (unpacker === undefined) {
    throw new ProtocolError(
      415,
      `content-encoding: expected gzip or deflate, got ${JSON.stringify(encoding)}`,
    );
  }
  try {
    return await promisify<Buffer, object, Buffer>(unpacker)(body, { maxOutputLength: limitBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw new ProtocolError(400, `the body is not ${encoding}: ${(error as Error).message}`);
  }
}
