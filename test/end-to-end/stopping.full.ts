/** SIGTERM under load: readiness goes false, what was accepted is answered, exit 0; a second signal ends at once. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { finished, type RunningServer, serve } from './harp.ts';
import { sendOpenLoop, tally, tell, withStatus } from './open-loop.ts';
import { edit, lasting, MLP_BODY, planned, profiled } from './small-models.ts';

const RATE_RPS = 10;
/** Long enough to look at the daemon while it answers. */
const BATCH_MS = 800;

let folder: string;
let plan: string;

beforeAll(async () => {
  folder = await profiled('mlp', '1,8');
  plan = await planned(folder, 'mlp', { rateRps: RATE_RPS, sloMs: 4000 });
  edit(folder, plan, lasting(BATCH_MS));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Everything that is asked of it for a while, with a SIGTERM in the middle. */
async function loadAndStop(server: RunningServer) {
  const load = sendOpenLoop({
    url: `${server.url}/v2/models/mlp/infer`,
    body: MLP_BODY,
    rateRps: RATE_RPS,
    seconds: 3,
  });
  await pause(1500);
  const signalledMs = performance.now();
  server.child.kill('SIGTERM');
  return { load, signalledMs };
}

it('answers what it has accepted, refuses the rest, and exits 0', async () => {
  const server = await serve([plan, '--emulate'], folder);
  const end = finished(server.child);
  const { load, signalledMs } = await loadAndStop(server);
  await expect.poll(() => server.log()).toMatch(/stopping/);
  const { status, headers } = await fetch(`${server.url}/v2/health/ready`);
  expect([status, headers.get('connection')]).toEqual([503, 'close']);
  expect((await end).exitCode).toBe(0);
  const answers = await load;
  const before = answers.filter(({ sentMs }) => sentMs < signalledMs - 100);
  const after = answers.filter(({ sentMs }) => sentMs > signalledMs + 300);
  tell(`sent before SIGTERM: ${tally(before)}; after: ${tally(after)}`);
  expect(withStatus(before, 200)).toHaveLength(before.length);
  expect(before.some(({ sentMs, tookMs }) => sentMs + tookMs > signalledMs)).toBe(true);
  // Refused while it answers the others; no longer listening after that.
  expect(withStatus(after, 503, 0)).toHaveLength(after.length);
}, 30_000);

it('a second signal ends it at once', async () => {
  const server = await serve([plan, '--emulate'], folder);
  const end = finished(server.child);
  const { load } = await loadAndStop(server);
  await expect.poll(() => server.log()).toMatch(/stopping/);
  const againMs = performance.now();
  server.child.kill('SIGTERM');
  expect((await end).exitCode).toBe(143);
  const tookMs = performance.now() - againMs;
  tell(`ended ${tookMs.toFixed(0)} ms after the second signal`);
  expect(tookMs).toBeLessThan(BATCH_MS / 2);
  await load;
}, 30_000);
