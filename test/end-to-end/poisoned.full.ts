/** A request that the model does not run on, in a batch of good ones: it alone fails, and is told so as its own fault. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningServer, serve } from './harp.ts';
import { post, tally, tell, withStatus } from './open-loop.ts';
import { edit, planned, profiled } from './small-models.ts';

const TOKENS = 128;

let folder: string;
let server: RunningServer;

beforeAll(async () => {
  folder = await profiled('bert', '1,4');
  const plan = await planned(folder, 'bert', { rateRps: 4, sloMs: 5000 });
  // Four requests at once are one batch, whatever was measured on a busy machine.
  edit(folder, plan, ({ modules: [bert] }) => {
    const { durationMs } = bert!.serviceTimes.find(({ batchSize }) => batchSize === 4)!;
    for (const allocation of bert!.allocations) Object.assign(allocation, { batchSize: 4, durationMs });
  });
  server = await serve([plan], folder);
}, 120_000);
afterAll(async () => {
  expect((await server.stop()).exitCode).toBe(0);
  rmSync(folder, { recursive: true });
});

const bodyOf = (token: number): string =>
  JSON.stringify({
    inputs: Object.entries({ input_ids: token, attention_mask: 1, token_type_ids: 0 }).map(
      ([name, value]) => ({
        name,
        shape: [1, TOKENS],
        datatype: 'INT64',
        data: new Array(TOKENS).fill(value),
      }),
    ),
    outputs: [{ name: 'pooler_output' }],
  });

it('the guilty one gets a 400 with what the engine said, the others their answers', async () => {
  const url = `${server.url}/v2/models/bert/infer`;
  let shared = 0;
  for (let round = 0; round < 5; round += 1) {
    const guilty = round % 4;
    const answers = await Promise.all(
      [0, 1, 2, 3].map((index) => post(url, bodyOf(index === guilty ? 10 ** 9 : 7))),
    );
    tell(`round ${round}: ${tally(answers)}`);
    expect(withStatus(answers, 200)).toHaveLength(3);
    expect(answers[guilty]!.status).toBe(400);
    expect(JSON.parse(answers[guilty]!.body).error).toMatch(/does not run on these values: .*indices/);
    shared += withStatus(answers, 200).filter(
      ({ body }) => JSON.parse(body).parameters.batch_size > 1,
    ).length;
  }
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toMatch(/harp_batches_total\{module="bert",reason="again"\} [1-9]/);
  expect(metrics).toMatch(/harp_batches_failed_total\{module="bert"\} [1-9]/);
  expect(shared).toBeGreaterThan(0);
  expect(server.log()).not.toMatch(/was lost/);
}, 60_000);
