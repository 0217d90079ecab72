/** Reads the body of a request: bounded, and unpacked where the client packed it. */
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { roundTo } from '../numeric/round-to.ts';
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
export function readBody(request: IncomingMessage, limitBytes: number, memory: ByteBudget): Promise<Buffer> {
  const body = collect(request, limitBytes, memory);
  const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
  return encoding === 'identity' ? body : body.then((packed) => unpack(packed, encoding, limitBytes));
}

const tooLarge = (limitBytes: number): ProtocolError =>
  new ProtocolError(
    413,
    `the body is larger than ${sizeText(limitBytes)} (--body-limit): send fewer rows at once, or raw tensors`,
  );

const MIB = 2 ** 20;

const sizeText = (bytes: number): string =>
  bytes < MIB ? `${bytes} bytes` : `${roundTo(bytes / MIB, 2)} MiB`;

/** Until the end of the request. An iterator would do the same at several times the cost. */
function collect(request: IncomingMessage, limitBytes: number, memory: ByteBudget): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge(limitBytes);
    const chunks: Buffer[] = [];
    let size = 0;
    const refuse = (error: unknown): void => {
      // Who is refused is still to be told so, on a connection that is there.
      request.off('data', onData).off('close', onClose).off('end', onEnd).pause();
      memory.release(size);
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      try {
        if (size + chunk.length > limitBytes) throw tooLarge(limitBytes);
        memory.take(chunk.length);
      } catch (error) {
        refuse(error);
        return;
      }
      size += chunk.length;
      chunks.push(chunk);
    };
    /** Comes after the end, or without one; of errors Node tells nobody who does not ask for them. */
    const onClose = (): void => {
      if (!request.complete) refuse(new ProtocolError(400, `the body was cut short after ${size} bytes`));
    };
    const onEnd = (): void => {
      memory.release(size);
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size));
    };
    request.on('data', onData).on('close', onClose).on('end', onEnd);
  });
}

async function unpack(body: Buffer, encoding: string, limitBytes: number): Promise<Buffer> {
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
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limitBytes);
    throw new ProtocolError(400, `the body is not ${encoding}: ${(error as Error).message}`);
  }
}
