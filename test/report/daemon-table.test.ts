import { expect, it } from 'vitest';
import { listeningAt, listeningSchema } from '../../src/domain/daemon.ts';
import { renderDaemons } from '../../src/report/daemon-table.ts';
import { renderServing } from '../../src/report/serve-table.ts';
import { plainStyle } from '../../src/report/style.ts';
import { planOf } from '../plan-of.ts';

const DAEMON = {
  http: 'http://127.0.0.1:8000',
  grpc: '127.0.0.1:8001',
  metrics: 'http://127.0.0.1:8002/metrics',
  pid: 7,
  application: 'a',
  startedAt: '2026-11-22T07:46:52.627Z',
  ready: true,
};

it('status tells which plan each daemon serves, by its whole path, or where it came in on stdin', () => {
  const daemons = [
    { ...DAEMON, plan: '/home/you/a.plan.json', folder: '/home/you' },
    { ...DAEMON, plan: '-', folder: '/srv' },
  ];
  const lines = renderDaemons({ schemaVersion: 1, kind: 'status', daemons }, plainStyle).split('\n');
  expect(lines[0]).toMatch(/ plan$/);
  expect(lines.slice(1).map((line) => line.split(/ {2,}/).at(-1))).toEqual([
    '/home/you/a.plan.json',
    '- in /srv',
  ]);
});

it('what a daemon says of itself names its log where it has one', () => {
  expect(listeningSchema.parse(listeningAt({ ...DAEMON, log: '/run/harp/7.log' }))).toMatchObject({
    pid: 7,
    log: '/run/harp/7.log',
  });
  expect(listeningAt(DAEMON)).not.toHaveProperty('log');
});

it('the numbers of cores that a worker runs on are no count of cores', () => {
  const worker = { id: 0, module: 'm', hardware: 'local', batchSize: 4, cores: [0] };
  const [, head] = renderServing({ plan: planOf('a', [{ name: 'm' }]), workers: [worker] }, plainStyle).split(
    '\n',
  );
  expect(head).toBe('worker  module  hardware  on core  batch');
});
