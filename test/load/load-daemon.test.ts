/** The load generator against harp's own daemon, over every protocol that both speak. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { LoadOptions } from '../../src/cli/pose-load.ts';
import type { Access } from '../../src/serving/access.ts';
import { type Daemon, startDaemon } from '../../src/serving/daemon.ts';
import { planOf } from '../plan-of.ts';
import { emulatedOptions } from '../serving/emulated-options.ts';
import { CERTIFICATE, KEY } from './certificate.ts';
import { load } from './quick-load.ts';

const TOKEN = 'sixteen-characters-at-least';

let folder: string;
let daemon: Daemon;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-load-daemon-'));
  writeFileSync(join(folder, 'token'), TOKEN);
  writeFileSync(join(folder, 'ca.pem'), CERTIFICATE);
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => daemon.stop());

/** Batches of four in 2 ms, for everybody or for who brings the token over TLS. */
const start = async (access?: Access): Promise<void> => {
  const plan = planOf('app', [{ name: 'm', durationMs: 2, budgetMs: 1000 }]);
  daemon = await startDaemon(plan, emulatedOptions(access && { access }));
};

const grpcUrl = (scheme: string): string => `${scheme}://${daemon.grpcAddress}`;

test.each<[string, () => string, Partial<LoadOptions>, string]>([
  ['REST with raw tensors', () => daemon.url, {}, 'rest-binary'],
  ['REST with tensors in JSON', () => daemon.url, { tensors: 'json' }, 'rest-json'],
  ['gRPC', () => grpcUrl('grpc'), {}, 'grpc'],
])('over %s: all are answered, and the daemon tells of their way', async (_, url, options, protocol) => {
  await start();
  const result = await load(url(), { model: 'app', durationS: 0.1, ...options });
  expect(result).toMatchObject({ protocol, sent: 10, served: 10, failures: {}, meanComputeMs: 2 });
  expect(result.meanBatch).toBeGreaterThanOrEqual(2);
});

test.each<[string, () => string]>([
  ['REST', () => daemon.url],
  ['gRPC', () => grpcUrl('grpcs')],
])('over %s with TLS and a token', async (_, url) => {
  await start({ token: TOKEN, tls: { certificate: Buffer.from(CERTIFICATE), key: Buffer.from(KEY) } });
  const known = {
    model: 'app',
    durationS: 0.05,
    tokenFile: join(folder, 'token'),
    caFile: join(folder, 'ca.pem'),
  };
  const warned = vi.spyOn(process, 'emitWarning');
  expect(await load(url(), known)).toMatchObject({ sent: 5, served: 5 });
  // Of Node, once a process: that no address may be the name that TLS asks for.
  expect(warned.mock.calls.flat().join(' ')).not.toContain('ServerName');
  warned.mockRestore();
  const insecure = { ...known, caFile: undefined, insecureTls: true };
  expect(await load(url(), insecure)).toMatchObject({ sent: 5, served: 5 });
  await expect(load(url(), { ...known, tokenFile: undefined })).rejects.toThrow(/without its token/);
  await expect(load(url(), { ...known, caFile: undefined })).rejects.toThrow(/certificate is not believed/);
});

test('what cannot be in time is shed or expired, over gRPC as over REST', async () => {
  await start();
  for (const url of [daemon.url, grpcUrl('grpc')]) {
    const result = await load(url, { model: 'app', durationS: 0.1, sloMs: 1 });
    expect(result).toMatchObject({ sent: 10, served: 0, failed: 0 });
    expect(result.shed + result.expired).toBeGreaterThan(0);
  }
});
