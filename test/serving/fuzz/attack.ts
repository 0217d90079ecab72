/** Many malformed requests, some at a time, with good ones between them; what was answered other than it should be. */
import { seededRandom } from '../../../src/numeric/prng.ts';
import { MODEL_INFER, malformedGrpc, wellFormedGrpc } from './malformed-grpc.ts';
import { malformedRest, wellFormedRest } from './malformed-rest.ts';
import { openGrpc, sendGrpc, sendRest } from './send.ts';

/** Requests under way at once. */
const TOGETHER = 8;
/** One in so many is good. */
const GOOD_EVERY = 10;

/** What went wrong, as text; empty where all is well. */
export type Complaints = readonly string[];

export async function attackRest(port: number, count: number, seed: number): Promise<Complaints> {
  const random = seededRandom(seed);
  return attack(count, async (isGood) => {
    if (isGood) {
      const { status, body } = await sendRest(port, wellFormedRest());
      return status === 200 ? undefined : `a good request: ${status} ${body}`;
    }
    const { kind, bytes } = malformedRest(random);
    const { status, body } = await sendRest(port, bytes);
    const isRefused = status >= 400 && status < 500 && /^\{"error":"..+"\}/.test(body);
    return isRefused ? undefined : `${kind}: ${status} ${body.slice(0, 200)} to ${preview(bytes)}`;
  });
}

const [OK, UNKNOWN, INTERNAL] = [0, 2, 13];

export async function attackGrpc(address: string, count: number, seed: number): Promise<Complaints> {
  const random = seededRandom(seed);
  let session = await openGrpc(address);
  const complaints = await attack(count, async (isGood) => {
    if (session.closed || session.destroyed) session = await openGrpc(address);
    if (isGood) {
      const { status, message } = await sendGrpc(session, MODEL_INFER, wellFormedGrpc());
      return status === OK ? undefined : `a good call: ${status} ${message}`;
    }
    const { kind, path, bytes } = malformedGrpc(random);
    const { status, message } = await sendGrpc(session, path, bytes);
    const isRefused = status !== undefined && ![OK, UNKNOWN, INTERNAL].includes(status) && message !== '';
    return isRefused ? undefined : `${kind}: ${status} ${message} to ${preview(bytes)}`;
  });
  session.close();
  return complaints;
}

const preview = (bytes: Buffer): string => JSON.stringify(bytes.subarray(0, 300).toString('latin1'));

async function attack(
  count: number,
  send: (isGood: boolean) => Promise<string | undefined>,
): Promise<Complaints> {
  const complaints: string[] = [];
  let sent = 0;
  const one = async (): Promise<void> => {
    while (sent < count) {
      const complaint = await send(sent++ % GOOD_EVERY === 0);
      if (complaint !== undefined) complaints.push(complaint);
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, one));
  return complaints;
}
