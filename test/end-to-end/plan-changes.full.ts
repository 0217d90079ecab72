/** A plan that reality leaves behind is told; another one takes its place under load without a request being lost. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve } from './harp.ts';
import { sendOpenLoop, tally, tell, withStatus } from './open-loop.ts';
import { edit, lasting, MLP_BODY, planned, profiled } from './small-models.ts';

let folder: string;

beforeAll(async () => {
  folder = await profiled('mlp', '1,4');
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('drift', () => {
  it('of durations and of the rate: a metric, and once a line that names the command to run', async () => {
    const plan = await planned(folder, 'mlp', { rateRps: 20, sloMs: 500 });
    // It takes far less.
    edit(folder, plan, lasting(5));
    const server = await serve([plan], folder);
    const url = `${server.url}/v2/models/mlp/infer`;
    const answers = await sendOpenLoop({ url, body: MLP_BODY, rateRps: 50, seconds: 12 });
    expect(withStatus(answers, 200).length).toBeGreaterThan(0.9 * answers.length);
    const lines = server.log().match(/(drift|faster than planned): .*/g) ?? [];
    tell(lines.join('\n'));
    expect(
      lines.filter((line) =>
        /^faster than planned: batches of mlp take .* harp profile mlp\.onnx/.test(line),
      ),
    ).toHaveLength(1);
    expect(
      lines.filter((line) =>
        /times the planned 20 requests\/s arrive; .*harp plan .* --rate \d+ --slo 500/.test(line),
      ),
    ).toHaveLength(1);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(Number(/^harp_duration_drift\{module="mlp"\} (\S+)/m.exec(metrics)![1])).toBeLessThan(0.8);
    expect(Number(/^harp_rate_over_plan (\S+)/m.exec(metrics)![1])).toBeGreaterThan(1.2);
    expect((await server.stop()).exitCode).toBe(0);
  }, 60_000);
});

describe('another plan under load', () => {
  it('by its file, by SIGHUP, and not at all where it cannot be served: no request is lost', async () => {
    const plan = await planned(folder, 'mlp', { rateRps: 100, sloMs: 500 });
    const server = await serve([plan, '--share-cores'], folder);
    const url = `${server.url}/v2/models/mlp/infer`;
    const load = sendOpenLoop({ url, body: MLP_BODY, rateRps: 100, seconds: 9 });
    const inForce = (): number => server.log().match(/is in force/g)?.length ?? 0;

    await pause(1000);
    const text = readFileSync(join(folder, plan), 'utf8');
    writeFileSync(join(folder, 'next.json'), text.replace('"sloMs": 500', '"sloMs": 600'));
    renameSync(join(folder, 'next.json'), join(folder, plan));
    await expect.poll(inForce, { timeout: 5000 }).toBe(1);
    expect(server.log()).toMatch(/100 requests\/s within 600 ms/);

    server.child.kill('SIGHUP');
    await expect.poll(inForce, { timeout: 5000 }).toBe(2);

    writeFileSync(join(folder, plan), '{ "kind": "plan"');
    await expect.poll(() => server.log(), { timeout: 5000 }).toMatch(/kept the plan in force/);

    const answers = await load;
    tell(`a plan swapped twice and refused once: ${tally(answers)}`);
    expect(withStatus(answers, 200)).toHaveLength(answers.length);
    expect((await server.stop()).exitCode).toBe(0);
  }, 60_000);
});
