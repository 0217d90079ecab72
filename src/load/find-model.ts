/** Asks a server of the Open Inference Protocol which model to send requests to, and what its inputs look like. */
import { z } from 'zod';
import { check } from '../domain/check.ts';
import { HarpError } from '../domain/errors.ts';
import { DATATYPES, type Datatype, type TensorSpec } from '../domain/tensor.ts';
import type { InferClient } from './infer-client.ts';

/** The protocol knows no list of models; harp's daemon tells one. */
const serverSchema = z.looseObject({
  models: z.array(z.string()).default([]),
  extensions: z.array(z.string()).default([]),
});

const modelSchema = z.looseObject({
  inputs: z.array(
    z.looseObject({
      name: z.string(),
      datatype: z.enum(DATATYPES as [Datatype, ...Datatype[]]),
      /** -1 where the length is free; harp calls such an axis dim0, dim1, …, as it does where a model gives no name. */
      shape: z.array(z.coerce.number().int().min(-1)),
    }),
  ),
});

export interface FoundModel {
  readonly name: string;
  readonly inputs: readonly TensorSpec[];
  /** Whether the server says that it takes raw tensors over REST. */
  readonly takesBinary: boolean;
}

/**
 * @param url for error messages
 * @param name may be left out where the server has one model and says so
 * @throws HarpError `missing-capability` where there is no server, `bad-input` where it has no such model
 */
export async function findModel(
  client: InferClient,
  url: string,
  name: string | undefined,
): Promise<FoundModel> {
  const { models, extensions } = check(serverSchema, await client.server(), `${url}: metadata`);
  if (name === undefined && models.length !== 1) {
    throw new HarpError('usage', 'which model?', {
      where: '--model',
      expected: models.length > 0 ? models.join(', ') : 'the name of a model; this server lists none',
      got: 'nothing',
    });
  }
  const model = name ?? models[0]!;
  const metadata = await client.model(model);
  if (metadata === undefined) {
    throw new HarpError('bad-input', `the server knows no model "${model}"`, {
      where: url,
      expected: models.length > 0 ? models.join(', ') : 'a model that it has',
    });
  }
  const { inputs } = check(modelSchema, metadata, `${url}: metadata of "${model}"`);
  return {
    name: model,
    takesBinary: extensions.includes('binary_tensor_data'),
    inputs: inputs.map((input) => ({
      name: input.name,
      datatype: input.datatype,
      shape: input.shape.map((length, axis) => (length < 0 ? `dim${axis}` : length)),
    })),
  };
}
