import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import Cost from '../../src/commands/cost.ts';
import { planHarpagon } from '../../src/planning/harpagon.ts';
import { infeasiblePlan } from '../../src/planning/make-plan.ts';
import { M3, problemOf } from '../planning/problems.ts';
import { runCommand } from './run-command.ts';

const cost = (...argv: string[]) => runCommand(Cost, argv);

let folder: string;
const path = (name: string): string => join(folder, name);
const put = (name: string, content: unknown): void =>
  writeFileSync(path(name), typeof content === 'string' ? content : JSON.stringify(content));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-cost-'));
  const problem = problemOf({
    rateRps: 198,
    sloMs: 1000,
    hardware: { 'gpu-a': { pricePerHour: 1, asOf: '2026-11-01', source: 'by hand' } },
    modules: { m3: { points: M3 } },
  });
  put('m3.plan.json', planHarpagon(problem));
  put(
    'none.plan.json',
    infeasiblePlan(problem, 'harpagon', { code: 'capacity', where: 'm3', message: 'too few' }),
  );
  put('prices.yaml', 'hardware: { gpu-a: { pricePerHour: 2, asOf: 2026-12-01, source: a quote } }');
  put('other.yaml', 'hardware: { gpu-b: { pricePerHour: 2 } }');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('harp cost', () => {
  test('says what the plan costs, and what the prices stand on', async () => {
    const { stdout, stderr, exitCode } = await cost(path('m3.plan.json'), '--no-color');
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toBe(`test: 198 requests/s  (proportional billing)

module  per hour  per month  per million requests
m3         $5.00      $3650                 $7.01

hardware  machines billed  per hour  price
gpu-a                5.00     $5.00  $1.00 an hour, 2026-11-01, by hand

A month has 730 hours. Requests are those of the application, at the planned rate.
Machines billed are whole ones of the hardware: a worker on 2 of 4 cores is half of one.
`);
  });

  test('--prices puts others in their place', async () => {
    const { stdout } = await cost(path('m3.plan.json'), '--prices', path('prices.yaml'), '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      costPerHour: 10,
      costPerMonth: 7300,
      hardware: [
        { name: 'gpu-a', machines: 5, price: { pricePerHour: 2, asOf: '2026-12-01', source: 'a quote' } },
      ],
    });
  });

  test.each([
    [
      'a price that is missing is named',
      ['m3.plan.json', 'other.yaml'],
      2,
      /hardware\.gpu-a: no price for "gpu-a"/,
    ],
    ['a plan that there is not costs nothing that could be told', ['none.plan.json'], 3, /too few/],
    ['a file that is no plan is refused', ['prices.yaml'], 2, /prices\.yaml: this is not a plan/],
  ])('%s', async (_, [plan, prices], exitCode, message) => {
    const run = await cost(path(plan!), ...(prices ? ['--prices', path(prices)] : []));
    expect(run).toMatchObject({ stdout: '', exitCode });
    expect(run.stderr).toMatch(message);
  });
});
