/** All ports behind a certificate: of a test, worth nothing, valid for a hundred years. */
import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { Client, credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { OPEN_ACCESS } from '../../src/serving/access.ts';
import { type Daemon, startDaemon } from '../../src/serving/daemon.ts';
import { planOf } from '../plan-of.ts';
import { emulatedOptions } from './emulated-options.ts';

const pem = (name: string): Buffer => readFileSync(new URL(`certificate/${name}.pem`, import.meta.url));
const certificate = pem('cert');

let daemon: Daemon;
beforeAll(async () => {
  const access = { ...OPEN_ACCESS, tls: { certificate, key: pem('key') } };
  daemon = await startDaemon(planOf('app', [{ name: 'a' }]), emulatedOptions({ access }));
});
afterAll(() => daemon.stop());

const statusOf = (url: string): Promise<number> =>
  new Promise((resolve, reject) => {
    get(url, { ca: certificate }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    }).on('error', reject);
  });

it('serves REST and metrics to who trusts the certificate, and nobody in the clear', async () => {
  expect(daemon.url).toMatch(/^https:/);
  expect(await statusOf(`${daemon.url}/v2/health/ready`)).toBe(200);
  expect(await statusOf(daemon.metricsUrl)).toBe(200);
  await expect(fetch(`${daemon.url}/v2/health/ready`)).rejects.toThrow();
  await expect(fetch(daemon.url.replace('https:', 'http:'))).rejects.toThrow();
});

it('serves gRPC', async () => {
  const client = new Client(daemon.grpcAddress, credentials.createSsl(certificate));
  const answer = await new Promise<Buffer | undefined>((resolve, reject) => {
    client.makeUnaryRequest(
      '/grpc.health.v1.Health/Check',
      (bytes: Buffer) => bytes,
      (bytes) => bytes,
      Buffer.alloc(0),
      (error, response) => (error ? reject(error) : resolve(response)),
    );
  });
  client.close();
  expect(answer).toEqual(Buffer.from([8, 1]));
});
