import { afterEach, expect, test } from 'vitest';
import { HttpClient } from '../../src/load/http-client.ts';
import { fine, type StubAnswer, type StubServer, stubServer } from './stub-server.ts';

const ANYBODY = { token: undefined, ca: undefined, insecureTls: false };
const HANG_UP: StubAnswer = { status: 0, hangUp: true };

let server: StubServer | undefined;
let client: HttpClient | undefined;
afterEach(async () => {
  client?.close();
  await server?.close();
});

/** Posts once per answer, one after the other; what came of each. */
async function postInTurn(posts: number, ...answers: StubAnswer[]): Promise<unknown[]> {
  server = await stubServer((index) => answers[index]!);
  client = new HttpClient(new URL(server.url), ANYBODY, 10);
  const header = Buffer.from('{}');
  const message = {
    headers: { 'inference-header-content-length': '2', 'content-length': '2' },
    chunks: [header],
  };
  const outcomes: unknown[] = [];
  for (let post = 0; post < posts; post++) {
    outcomes.push(
      await client.post('/v2/models/stub/infer', message).then(
        ({ status }) => status,
        (error) => error.code,
      ),
    );
  }
  return outcomes;
}

test('sends a request again where the server closed the idle connection under it', async () => {
  expect(await postInTurn(2, fine(), HANG_UP, fine())).toEqual([200, 200]);
  expect(server!.inferences).toHaveLength(3);
});

test('a fresh connection that breaks is a failure', async () => {
  expect(await postInTurn(2, HANG_UP, fine())).toEqual(['ECONNRESET', 200]);
});

test('closing ends what is unanswered', async () => {
  server = await stubServer(() => fine());
  client = new HttpClient(new URL(server.url), ANYBODY, 10);
  const unanswered = client.get('/v2');
  client.close();
  await expect(unanswered).rejects.toMatchObject({ code: 'ECONNRESET' });
});
