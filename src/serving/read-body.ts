/** Reads the body of a request: bounded, and unpacked where the client packed it. */
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import type { ByteBudget } from './byte-budget.ts';
import { ProtocolError } from './protocol/protocol-error.ts';

const UNPACK = new Map([
  ['gzip', gunzip],
  ['deflate', inflate],
]);

/**
 * @param limitBytes of the body, packed and unpacked
 * @param memory what arrives is counted there until it has been read
 * @throws ProtocolError 413 where it is larger, 400 where it was cut short or cannot be unpacked, 415 for other packings, 429
 */
export async function readBody(
  request: IncomingMessage,
  limitBytes: number,
  memory: ByteBudget,
): Promise<Buffer> {
  const tooLarge = (): ProtocolError => new ProtocolError(413, `the body is larger than ${limitBytes} bytes`);
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    await eachChunk(request, (chunk) => {
      if (size + chunk.length > limitBytes) throw tooLarge();
      memory.take(chunk.length);
      size += chunk.length;
      chunks.push(chunk);
    });
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    throw new ProtocolError(400, `the body was cut short after ${size} bytes`);
  } finally {
    memory.release(size);
  }
  const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size);
  return unpack(
    body,
    (request.headers['content-encoding'] ?? 'identity').toLowerCase(),
    limitBytes,
    tooLarge,
  );
}

/**
 * Until the end of the request. An iterator would do the same at several times the cost.
 * @param take who is refused by it is still to be told so, on a connection that is there
 */
function eachChunk(request: IncomingMessage, take: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      try {
        take(chunk);
      } catch (error) {
        request.off('data', onData);
        request.pause();
        reject(error);
      }
    };
    request.on('data', onData);
    request.once('end', resolve);
    request.once('error', reject);
    request.once('close', () => {
      if (!request.complete) reject(new Error('the connection was closed'));
    });
  });
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
