/**
 * Five times what a plan can do: as much is answered as without the excess, memory stays bounded, and who is refused knows at
 * once. Capacity is measured in the same run, before and after, with exact durations and with a real model. That one computes
 * more slowly while clients and front end keep the machine busy, which no scheduling can help: what is compared there is how much
 * of the time the engine works on what is answered in time. Three tries each on a noisy machine.
 */
import { readFileSync, rmSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { type RunningServer, serve } from './harp.ts';
import { type Answered, median, post, sendOpenLoop, tally, tell, withStatus } from './open-loop.ts';
import { edit, lasting, MLP_BODY, planned, profiled } from './small-models.ts';

const PAGE_BYTES = 4096;
const TRIES = { retry: 2, timeout: 120_000 };

let folder: string;
let server: RunningServer;

afterEach(async () => {
  expect((await server.stop()).exitCode).toBe(0);
  rmSync(folder, { recursive: true });
}, 60_000);

const residentMiB = (): number =>
  (Number(readFileSync(`/proc/${server.child.pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES) / 2 ** 20;

interface Asked {
  readonly url: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly sloMs: number;
}

interface Yield {
  /** Answered in time, requests/s. */
  readonly goodput: number;
  /** Share of the time in which the engine worked on those. */
  readonly useful: number;
}

function yieldOf(answers: readonly Answered[], { sloMs }: Asked, tookMs: number): Yield {
  const inTime = withStatus(answers, 200).filter((answer) => answer.tookMs <= sloMs);
  const computeMs = inTime.reduce((sum, { body }) => {
    const { compute_ms, batch_size } = JSON.parse(body).parameters;
    return sum + compute_ms / batch_size;
  }, 0);
  return { goodput: (1000 * inTime.length) / tookMs, useful: computeMs / tookMs };
}

/** Where some requests always wait, and few enough that none is refused. */
async function capacity(asked: Asked, clients: number, seconds: number): Promise<Yield> {
  const startMs = performance.now();
  const answers: Answered[] = [];
  const client = async (): Promise<void> => {
    while (performance.now() - startMs < 1000 * seconds) answers.push(await post(asked.url, asked.body));
  };
  await Promise.all(Array.from({ length: clients }, client));
  return yieldOf(answers, asked, performance.now() - startMs);
}

interface Overload extends Yield {
  readonly answers: readonly Answered[];
  readonly mostMiB: number;
}

async function overload(asked: Asked, rateRps: number, seconds: number): Promise<Overload> {
  let mostMiB = residentMiB();
  const watch = setInterval(() => {
    mostMiB = Math.max(mostMiB, residentMiB());
  }, 50);
  const startMs = performance.now();
  const answers = await sendOpenLoop({ ...asked, rateRps, seconds }).finally(() => clearInterval(watch));
  const tookMs = performance.now() - startMs;
  return { ...yieldOf(answers, asked, tookMs), answers, mostMiB };
}

const refusalMs = (answers: readonly Answered[]): number =>
  median(withStatus(answers, 429).map(({ tookMs }) => tookMs));

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

/** @returns goodput and useful work, each over what it is at capacity */
async function assertHolds(asked: Asked, clients: number): Promise<Yield> {
  const before = await capacity(asked, clients, 4);
  const restingMiB = residentMiB();
  const over = await overload(asked, 5 * before.goodput, 8);
  const after = await capacity(asked, clients, 4);
  const goodput = (before.goodput + after.goodput) / 2;
  const useful = (before.useful + after.useful) / 2;
  const refusedMs = refusalMs(over.answers);
  tell(
    `capacity ${goodput.toFixed(1)}/s, offered ${(5 * before.goodput).toFixed(0)}/s: goodput ${over.goodput.toFixed(1)}/s ` +
      `(${percent(over.goodput, goodput)}; useful work ${percent(over.useful, useful)}), refused in ${refusedMs.toFixed(2)} ms at the ` +
      `median, ${restingMiB.toFixed(0)} → ${over.mostMiB.toFixed(0)} MiB; ${tally(over.answers)}`,
  );
  expect(withStatus(over.answers, 200, 429, 504)).toHaveLength(over.answers.length);
  expect(refusedMs).toBeLessThan(5);
  expect(over.mostMiB - restingMiB).toBeLessThan(100);
  return { goodput: over.goodput / goodput, useful: over.useful / useful };
}

it('exact durations: goodput within 10 % of capacity, memory bounded, refusals at once', TRIES, async () => {
  folder = await profiled('mlp', '1,4');
  const sloMs = 1000;
  const plan = await planned(folder, 'mlp', { rateRps: 40, sloMs });
  edit(folder, plan, lasting(40));
  server = await serve([plan, '--emulate'], folder);
  const asked = { url: `${server.url}/v2/models/mlp/infer`, body: MLP_BODY, sloMs };
  expect((await assertHolds(asked, 12)).goodput).toBeGreaterThan(0.9);
});

const TOKENS = 128;
const BERT_BODY = JSON.stringify({
  inputs: Object.entries({ input_ids: 7, attention_mask: 1, token_type_ids: 0 }).map(([name, value]) => ({
    name,
    shape: [1, TOKENS],
    datatype: 'INT64',
    data: new Array(TOKENS).fill(value),
  })),
  outputs: [{ name: 'pooler_output' }],
});

it('a real model: nine tenths of the useful work, memory bounded, refusals at once', TRIES, async () => {
  folder = await profiled('bert', '1,2');
  const sloMs = 2000;
  const plan = await planned(folder, 'bert', { rateRps: 4, sloMs });
  server = await serve([plan], folder);
  const asked = { url: `${server.url}/v2/models/bert/infer`, body: BERT_BODY, sloMs };
  expect((await assertHolds(asked, 4)).useful).toBeGreaterThan(0.9);
});

it(
  'images, and a minute for each: memory is what runs out, and it stays within its limit',
  TRIES,
  async () => {
    const length = 150_528;
    const limitMiB = 32;
    folder = await profiled('mlp', '1');
    const plan = await planned(folder, 'mlp', { rateRps: 5, sloMs: 60_000 });
    edit(folder, plan, lasting(50));
    edit(folder, plan, ({ modules: [mlp] }) => {
      mlp!.model!.inputs![0]!.shape[1] = length;
    });
    server = await serve([plan, '--emulate', '--memory-limit', String(limitMiB)], folder);
    const json = `{"inputs":[{"name":"features","shape":[1,${length}],"datatype":"FP32","parameters":{"binary_data_size":${4 * length}}}]}`;
    const asked = {
      url: `${server.url}/v2/models/mlp/infer`,
      body: Buffer.concat([Buffer.from(json), Buffer.alloc(4 * length)]),
      headers: { 'inference-header-content-length': String(json.length) },
      sloMs: 60_000,
    };
    const restingMiB = residentMiB();
    const { answers, mostMiB } = await overload(asked, 60, 6);
    tell(
      `a limit of ${limitMiB} MiB: ${restingMiB.toFixed(0)} → ${mostMiB.toFixed(0)} MiB, ` +
        `refused in ${refusalMs(answers).toFixed(2)} ms at the median; ${tally(answers)}`,
    );
    expect(withStatus(answers, 200, 429)).toHaveLength(answers.length);
    expect(withStatus(answers, 429).length).toBeGreaterThan(100);
    expect(withStatus(answers, 429).every(({ body }) => /that requests under way may hold/.test(body))).toBe(
      true,
    );
    expect(mostMiB - restingMiB).toBeLessThan(5 * limitMiB);
  },
);
