// A load generator that costs as little as one can: the same bytes again and again over kept connections, one request
// under way on each, answers told apart by their Content-Length. Counts what comes back, and how long it took.
import { connect } from 'node:net';

/**
 * As fast as answers come, or no faster than `paceRps` in all.
 * @param {{ port: number, request: Buffer, connections: number, seconds: number, warmUpSeconds?: number, paceRps?: number }} load
 * @returns {Promise<{ perSecond: number, p50Ms: number, p99Ms: number, statuses: Record<string, number>, bodies: string[] }>}
 */
export async function hammer({ port, request, connections, seconds, warmUpSeconds = 0.5, paceRps }) {
  const statuses = {};
  const latencies = [];
  const bodies = [];
  let counting = false;
  let stopping = false;
  const sockets = await Promise.all(
    Array.from({ length: connections }, () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      return new Promise((resolve, reject) => {
        socket.once('error', reject);
        socket.once('connect', () => resolve(socket));
      });
    }),
  );
  let nextMs = performance.now();
  const whenDue = (send) => {
    if (paceRps === undefined) return send();
    nextMs = Math.max(nextMs + 1000 / paceRps, performance.now() - 100);
    setTimeout(send, Math.max(0, nextMs - performance.now()));
  };
  const runs = sockets.map(
    (socket) =>
      new Promise((resolve) => {
        let pending = Buffer.alloc(0);
        let sentMs = 0;
        const send = () => {
          if (stopping) {
            socket.destroy();
            return resolve();
          }
          sentMs = performance.now();
          socket.write(request);
        };
        socket.on('data', (chunk) => {
          pending = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk;
          const end = pending.indexOf('\r\n\r\n');
          if (end < 0) return;
          const head = pending.latin1Slice(0, end);
          const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
          if (pending.length < end + 4 + length) return;
          if (counting) {
            const status = head.slice(9, 12);
            statuses[status] = (statuses[status] ?? 0) + 1;
            latencies.push(performance.now() - sentMs);
            if (bodies.length < 2000)
              bodies.push(pending.latin1Slice(end + 4, end + 4 + Math.min(length, 400)));
          }
          pending = Buffer.alloc(0);
          whenDue(send);
        });
        socket.on('error', resolve);
        socket.on('close', resolve);
        whenDue(send);
      }),
  );
  const wait = (s) => new Promise((resolve) => setTimeout(resolve, 1000 * s));
  await wait(warmUpSeconds);
  counting = true;
  const startedMs = performance.now();
  await wait(seconds);
  counting = false;
  const lastedMs = performance.now() - startedMs;
  stopping = true;
  await Promise.race([Promise.all(runs), wait(5)]);
  for (const socket of sockets) socket.destroy();
  latencies.sort((a, b) => a - b);
  const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))];
  return {
    perSecond: (latencies.length * 1000) / lastedMs,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    statuses,
    bodies,
  };
}

/** An HTTP request as bytes. */
export const post = (path, headers, body) =>
  Buffer.concat([
    Buffer.from(
      `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${Object.entries({
        ...headers,
        'content-length': body.length,
      })
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')}\r\n`,
    ),
    body,
  ]);
