/** A seeded fuzzer on both protocols, with the emulated engine: every malformed request is refused, every good one answered. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, startDaemon } from '../../src/serving/daemon.ts';
import { planOf, tensor } from '../plan-of.ts';
import { emulatedOptions } from './emulated-options.ts';
import { attackGrpc, attackRest } from './fuzz/attack.ts';
import { FEATURES } from './fuzz/malformed-rest.ts';

const COUNT = Number(process.env.HARP_FUZZ_COUNT ?? 400);
const SEED = Number(process.env.HARP_TEST_SEED ?? 20_261_122);

describe(`malformed requests (seed ${SEED})`, () => {
  let daemon: Daemon;
  beforeAll(async () => {
    const model = { name: 'mlp', inputs: [tensor('features', FEATURES)], outputs: [tensor('logits', 10)] };
    daemon = await startDaemon(
      planOf('app', [{ ...model, durationMs: 1, budgetMs: 5000 }]),
      emulatedOptions({ queueLimit: 1000, bodyLimitBytes: 2 ** 20 }),
    );
  });
  afterAll(() => daemon.stop());

  it('over REST are answered with a 4xx and a message', async () => {
    expect(await attackRest(Number(new URL(daemon.url).port), COUNT, SEED)).toEqual([]);
  });

  it('over gRPC are answered with a status that blames the client, and a message', async () => {
    expect(await attackGrpc(daemon.grpcAddress, COUNT, SEED)).toEqual([]);
  });
});
