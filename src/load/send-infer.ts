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

/** Never rejects: what went wrong is an outcome, too. */
export async function sendInfer(client: HttpClient, model: string, message: Message): Promise<Answer> {
  let reply: Reply;
  try {
    reply = await client.post(`/v2/models/${encodeURIComponent(model)}/infer`, message);
  } catch (error) {
    return { outcome: (error as NodeJS.ErrnoException).code ?? (error as Error).message };
  }
  if (reply.status !== 200) return { outcome: String(reply.status) };
  try {
    const length = reply.headers[HEADER_LENGTH];
    const response = decodeInferResponse(reply.body, length === undefined ? undefined : Number(length));
    return { outcome: '200', ...told(response) };
  } catch {
    return { outcome: 'an answer that is not of the protocol' };
  }
}

/** What harp's daemon tells about the way of a request; other servers may tell nothing. */
function told({ parameters }: InferResponse): Omit<Answer, 'outcome'> {
  const { batch_size: batchSize, queue_ms: queueMs, compute_ms: computeMs } = parameters;
  return {
    ...(typeof batchSize === 'number' && { batchSize }),
    ...(typeof queueMs === 'number' && { queueMs }),
    ...(typeof computeMs === 'number' && { computeMs }),
  };
}
