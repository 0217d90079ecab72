/** One inference request and what came of it. Bodies are made beforehand, so that making them costs no time while sending. */
import type { Tensor } from '../domain/tensor.ts';
import { decodeInferResponse } from '../serving/protocol/decode-response.ts';
import { encodeInferRequest } from '../serving/protocol/encode-message.ts';
import { HEADER_LENGTH, type InferResponse } from '../serving/protocol/infer-message.ts';
import type { HttpClient, Message, Reply } from './http-client.ts';
import type { Answer } from './send-on-schedule.ts';

/** @param sloMs the server is told as `timeout`, so that it need not work on what is too late */
export function inferMessage(inputs: readonly Tensor[], sloMs: number): Message {
  const { headers, chunks } = encodeInferRequest(
    { inputs, binaryByDefault: true, parameters: { timeout: Math.round(sloMs * 1000) } },
    { binary: true },
  );
  return { headers, body: Buffer.concat(chunks) };
}

export async function sendInfer(client: HttpClient, model: string, message: Message): Promise<Answer> {
  let reply: Reply;
  try {
    reply = await client.post(`/v2/models/${encodeURIComponent(model)}/infer`, message);
  } catch (error) {
    return { error: (error as NodeJS.ErrnoException).code ?? (error as Error).message };
  }
  if (reply.status !== 200) return { status: reply.status };
  try {
    const length = reply.headers[HEADER_LENGTH];
    return {
      status: 200,
      ...told(decodeInferResponse(reply.body, length === undefined ? undefined : Number(length))),
    };
  } catch {
    return { error: 'an answer that is not of the protocol' };
  }
}

/** What harp's daemon tells about the way of a request; other servers tell nothing. */
function told({ parameters }: InferResponse) {
  const number = (name: string, as: string) =>
    typeof parameters[name] === 'number' ? { [as]: parameters[name] } : {};
  return {
    ...number('batch_size', 'batchSize'),
    ...number('queue_ms', 'queueMs'),
    ...number('compute_ms', 'computeMs'),
  };
}
