/** The live page and its figures over real HTTP: who gets them, and what the page may do. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LiveReport } from '../../src/domain/live-report.ts';
import { type Daemon, startDaemon } from '../../src/serving/daemon.ts';
import { planOf } from '../plan-of.ts';
import { emulatedOptions } from './emulated-options.ts';

const TOKEN = 'a-token-of-enough-letters';

let daemon: Daemon;
beforeAll(async () => {
  daemon = await startDaemon(
    planOf('app', [{ name: 'a' }, { name: 'b', after: ['a'], sources: { x: 'a.y' } }]),
    emulatedOptions({ access: { token: TOKEN, tls: undefined } }),
  );
});
afterAll(() => daemon.stop());

const authorization = `Bearer ${TOKEN}`;
const report = async (): Promise<LiveReport> =>
  (await fetch(`${daemon.url}/live`, { headers: { authorization } })).json() as Promise<LiveReport>;

describe('GET /', () => {
  let html: string;
  let policy: string;
  beforeAll(async () => {
    const answer = await fetch(`${daemon.url}/`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    html = await answer.text();
    policy = answer.headers.get('content-security-policy')!;
  });

  it('needs no token, and knows nothing of the plan', () => {
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).not.toMatch(/app\b.*planned for|a-token/);
  });

  it('loads nothing: all that it runs stands in it', () => {
    expect(html).not.toMatch(/<(script|link|img|iframe)[^>]+(src|href)=["'](?!data:)/);
    expect(html).not.toMatch(/^import |@import url|https?:\/\/(?!www\.w3\.org\/)/m);
    expect(html.match(/<script/g)).toHaveLength(1);
  });

  it('may run its own style and script, by their hashes, talk to its server, and nothing else', () => {
    const hash = (tag: string): string => {
      const text = new RegExp(`<${tag}[^>]*>([\\s\\S]*)</${tag}>`).exec(html)![1]!;
      return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    };
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${hash('script')}`,
      `style-src ${hash('style')}`,
      "connect-src 'self'",
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  it('is not on the port for metrics', async () => {
    const elsewhere = daemon.metricsUrl.replace('/metrics', '/');
    expect((await fetch(elsewhere, { headers: { authorization } })).status).toBe(404);
  });
});

describe('GET /live', () => {
  it.each([
    ['without a token', {}],
    ['with a wrong one', { authorization: 'Bearer wrong' }],
  ])('is refused %s', async (_what, headers) => {
    expect((await fetch(`${daemon.url}/live`, { headers })).status).toBe(401);
  });

  it('tells of the plan, its modules and its workers', async () => {
    expect(await report()).toMatchObject({
      version: 'test',
      state: 'ready',
      plan: { application: 'app', rateRps: 100, costPerHour: 1, cores: 2 },
      modules: [{ name: 'a' }, { name: 'b' }],
      workers: [
        { id: 0, module: 'a', state: 'up', losses: 0 },
        { id: 1, module: 'b', state: 'up', losses: 0 },
      ],
    });
  });

  it('counts the rows of requests to the application, and those to a module apart', async () => {
    const send = (model: string, rows: number) =>
      fetch(`${daemon.url}/v2/models/${model}/infer`, {
        method: 'POST',
        headers: { authorization },
        body: JSON.stringify({
          inputs: [{ name: 'x', datatype: 'FP32', shape: [rows, 2], data: new Array(rows * 2).fill(0) }],
        }),
      });
    expect((await send('app', 3)).status).toBe(200);
    expect((await send('b', 2)).status).toBe(200);
    await expect
      .poll(report, { timeout: 4000 })
      .toMatchObject({ totals: { offered: 3, served: 3, late: 0 } });
    await expect
      .poll(
        async () =>
          (await report()).modules.map(({ directRps, batchSizes }) => [
            directRps > 0,
            batchSizes.some((count) => count > 0),
          ]),
        {
          timeout: 4000,
        },
      )
      .toEqual([
        [false, true],
        [true, true],
      ]);
  });
});
