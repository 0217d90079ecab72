/** Daemons in the background: started, listed, and stopped; flags from a file and from the environment. */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { planOf } from '../plan-of.ts';
import { harp } from './harp.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-detach-'));
  writeFileSync(join(folder, 'a.plan.json'), JSON.stringify(planOf('a', [{ name: 'm' }])));
  writeFileSync(join(folder, 'serve.yaml'), 'http: 127.0.0.1:0\nemulate: true\n');
});

afterAll(async () => {
  await harp(['stop', '--all'], folder);
  rmSync(folder, { recursive: true });
});

const json = async (...args: string[]) => {
  const { stdout, exitCode } = await harp([...args, '--json'], folder);
  return { exitCode, document: JSON.parse(stdout) };
};

it('a daemon outlives the command that started it, is listed, and stops when told to', async () => {
  const first = await json('serve', 'a.plan.json', '--config', 'serve.yaml', '--detach');
  const { http, grpc, metrics, pid, log } = first.document;
  expect([first.exitCode, pid > 0, grpc]).toEqual([0, true, expect.stringMatching(/^127\.0\.0\.1:\d+$/)]);
  expect((await fetch(`${http}/v2/health/ready`)).status).toBe(200);
  expect(await (await fetch(metrics)).text()).toContain('harp_workers_up');

  const second = await json('serve', 'a.plan.json', '--config', 'serve.yaml', '--detach');
  const listed = await json('status');
  expect(listed.document.daemons).toMatchObject([
    { pid, log, plan: join(folder, 'a.plan.json'), application: 'a', ready: true },
    { pid: second.document.pid, ready: true },
  ]);

  expect(second.document.log).toBe(listed.document.daemons[1].log);

  const which = await harp(['stop'], folder);
  expect([which.exitCode, which.stderr]).toEqual([2, expect.stringContaining('more than one daemon runs')]);
  expect((await json('stop', String(pid))).document.stopped).toMatchObject([{ pid }]);
  expect((await harp(['stop'], folder)).exitCode).toBe(0);
  expect((await json('status')).document).toMatchObject({ daemons: [] });
  expect((await harp(['stop'], folder)).exitCode).toBe(2);
});

it('says in plain words where its log is', async () => {
  const { stdout } = await harp(['serve', 'a.plan.json', '--config', 'serve.yaml', '--detach'], folder);
  const [, pid, log] = /^listening .* pid=(\d+)\nlog (\S+)\n$/.exec(stdout)!;
  expect(readFileSync(log!, 'utf8')).toContain('listening http=');
  expect((await harp(['stop', pid!], folder)).exitCode).toBe(0);
});

it('one that the environment tells to detach, with a file that says so too, is one daemon', async () => {
  writeFileSync(join(folder, 'detach.yaml'), 'http: 127.0.0.1:0\nemulate: true\ndetach: true\n');
  const environment = { HARP_SERVE_DETACH: 'true', HARP_SERVE_CONFIG: 'detach.yaml' };
  const { exitCode, stdout } = await harp(['serve', 'a.plan.json', '--json'], folder, environment);
  expect(exitCode).toBe(0);
  expect((await json('status')).document.daemons).toMatchObject([{ pid: JSON.parse(stdout).pid }]);
  expect((await harp(['stop'], folder)).exitCode).toBe(0);
});

it('one behind a certificate that nobody signed is listed as ready', async () => {
  const [cert, key] = ['cert', 'key'].map((name) =>
    fileURLToPath(new URL(`../serving/certificate/${name}.pem`, import.meta.url)),
  );
  const { document } = await json(
    'serve',
    'a.plan.json',
    '--config',
    'serve.yaml',
    '--tls-cert',
    cert!,
    '--tls-key',
    key!,
    '--detach',
  );
  expect(document.http).toMatch(/^https:/);
  expect((await json('status')).document.daemons).toMatchObject([{ pid: document.pid, ready: true }]);
  expect((await harp(['stop'], folder)).exitCode).toBe(0);
});

it('one that cannot start says why, with the exit code that it would have without', async () => {
  const { exitCode, stderr } = await harp(['serve', 'nowhere.plan.json', '--emulate', '--detach'], folder);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('there is no such file')]);
});

it('a plan from stdin is read by the daemon, which says on SIGHUP that it cannot be read again', async () => {
  const plan = openSync(join(folder, 'a.plan.json'), 'r');
  const args = ['serve', '-', '--config', 'serve.yaml', '--detach', '--json'];
  const { exitCode, stdout, stderr } = await harp(args, folder, {}, plan);
  closeSync(plan);
  expect([exitCode, stderr]).toEqual([0, '']);
  const { pid, http } = JSON.parse(stdout);
  process.kill(pid, 'SIGHUP');
  const { log } = (await json('status')).document.daemons[0];
  await expect.poll(() => readFileSync(log, 'utf8')).toContain('came from stdin and cannot be read again');
  expect((await fetch(`${http}/v2/health/ready`)).status).toBe(200);
  expect((await harp(['stop', String(pid)], folder)).exitCode).toBe(0);
});
