/** A client that sends requests at their times, whatever becomes of those before; over connections that stay open. */
import { Agent, request } from 'node:http';

export interface Answered {
  /** 0 where the connection broke. */
  readonly status: number;
  readonly sentMs: number;
  readonly tookMs: number;
  readonly body: string;
}

type Headers = Readonly<Record<string, string>>;

export interface Load {
  readonly url: string;
  readonly body: string | Buffer;
  readonly headers?: Headers;
  readonly rateRps: number;
  readonly seconds: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

export const post = (url: string, body: string | Buffer, more: Headers = {}): Promise<Answered> =>
  new Promise((resolve) => {
    const sentMs = performance.now();
    const end = (status: number, text: string): void =>
      resolve({ status, sentMs, tookMs: performance.now() - sentMs, body: text });
    const headers = { 'content-length': Buffer.byteLength(body), ...more };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => end(response.statusCode!, text));
      response.on('error', () => end(0, text));
    });
    sent.on('error', (error) => end(0, error.message));
    sent.end(body);
  });

/** Evenly spaced; what could not be sent in time is sent at once. */
export async function sendOpenLoop({ url, body, headers, rateRps, seconds }: Load): Promise<Answered[]> {
  const answers: Promise<Answered>[] = [];
  const startMs = performance.now();
  const total = Math.round(rateRps * seconds);
  while (answers.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - startMs) * rateRps) / 1000) + 1);
    while (answers.length < due) answers.push(post(url, body, headers));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return Promise.all(answers);
}

export const withStatus = (answers: readonly Answered[], ...statuses: number[]): Answered[] =>
  answers.filter(({ status }) => statuses.includes(status));

/** Figures that a test has seen, beside its verdict. */
export const tell = (figures: string): void => void process.stdout.write(`${figures}\n`);

/** How many of each status, as text. */
export function tally(answers: readonly Answered[]): string {
  const counts = new Map<number, number>();
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} × ${status}`).join(', ');
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
