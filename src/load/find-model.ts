/** Asks a server of the Open Inference Protocol which model to send requests to, and what its inputs look like. */
import { z } from 'zod';
import { check } from '../domain/check.ts';
import { HarpError } from '../domain/errors.ts';
import { DATATYPES, type Datatype, type TensorSpec } from '../domain/tensor.ts';
import type { HttpClient, Reply } from './http-client.ts';

const serverSchema = z.looseObject({ models: z.array(z.string()).default([]) });

const modelSchema = z.looseObject({
  name: z.string(),
  inputs: z.array(
    z.looseObject({
      name: z.string(),
      datatype: z.enum(DATATYPES as [Datatype, ...Datatype[]]),
      /** -1 where the length is free; harp calls such an axis dim0, dim1, …, as it does where a model gives no name. */
      shape: z.array(z.number().int().min(-1)),
    }),
  ),
});

export interface FoundModel {
  readonly name: string;
  readonly inputs: readonly TensorSpec[];
}

/**
 * @param url for error messages
 * @param name may be left out where the server has one model and says so
 * @throws HarpError `missing-capability` where there is no server, `bad-input` where it has no such model
 */
export async function findModel(
  client: HttpClient,
  url: string,
  name: string | undefined,
): Promise<FoundModel> {
  const server = await reach(client, url, '/v2');
  const { models } = check(serverSchema, server.status === 200 ? parse(server, url) : {}, `${url}/v2`);
  if (name === undefined && models.length !== 1) {
    throw new HarpError('usage', 'which model?', {
      where: '--model',
      expected: models.length > 0 ? models.join(', ') : 'the name of a model',
      got: 'nothing',
    });
  }
  const model = name ?? models[0]!;
  const path = `/v2/models/${encodeURIComponent(model)}`;
  const reply = await reach(client, url, path);
  if (reply.status !== 200) {
    throw new HarpError('bad-input', `the server knows no model "${model}"`, {
      where: `${url}${path}`,
      expected: models.length > 0 ? models.join(', ') : 'status 200',
      got: `status ${reply.status}`,
    });
  }
  const { inputs } = check(modelSchema, parse(reply, url), `${url}${path}`);
  return {
    name: model,
    inputs: inputs.map((input) => ({
      name: input.name,
      datatype: input.datatype,
      shape: input.shape.map((length, axis) => (length < 0 ? `dim${axis}` : length)),
    })),
  };
}

async function reach(client: HttpClient, url: string, path: string): Promise<Reply> {
  try {
    return await client.get(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new HarpError('missing-capability', 'no server answers there', {
      where: url,
      got: code ?? message,
      hint: 'Start one with: harp serve PLAN',
    });
  }
}

function parse(reply: Reply, url: string): unknown {
  try {
    return JSON.parse(reply.body.toString('utf8'));
  } catch {
    throw new HarpError('bad-input', 'this server does not speak the Open Inference Protocol', {
      where: url,
      expected: 'metadata in JSON',
      got: JSON.stringify(reply.body.toString('utf8', 0, 40)),
    });
  }
}
