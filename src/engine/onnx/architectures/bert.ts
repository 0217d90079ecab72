/**
 * A transformer encoder: BERT (Devlin et al., 2018) in the small size of Turc et al. (Well-Read Students Learn Better,
 * 2019): 4 layers of 512. The sequence is fixed at 128 tokens, because one profile is true for one length; shorter
 * texts are padded, and the mask says so.
 */
import type { Architecture } from '../architecture.ts';
import { BATCH, type Graph } from '../graph.ts';
import { input, Value } from '../value.ts';

const LAYERS = 4;
const WIDTH = 512;
const HEADS = 8;
const TOKENS = 128;
const VOCABULARY = 30522;
/** Positions that weights exist for; the first TOKENS are used. */
const POSITIONS = 512;
const SEGMENTS = 2;

function attention(x: Value, mask: Value): Value {
  const heads = (of: Value): Value => of.reshape(TOKENS, HEADS, WIDTH / HEADS);
  const queries = heads(x.dense(WIDTH)).transpose(0, 2, 1, 3);
  const keys = heads(x.dense(WIDTH)).transpose(0, 2, 3, 1);
  const values = heads(x.dense(WIDTH)).transpose(0, 2, 1, 3);
  const weights = queries
    .matMul(keys)
    .scale(1 / Math.sqrt(WIDTH / HEADS))
    .add(mask)
    .softmax();
  return weights.matMul(values).transpose(0, 2, 1, 3).reshape(TOKENS, WIDTH).dense(WIDTH);
}

function encoderLayer(x: Value, mask: Value): Value {
  const attended = attention(x, mask).add(x).layerNorm();
  return attended
    .dense(4 * WIDTH)
    .gelu()
    .dense(WIDTH)
    .add(attended)
    .layerNorm();
}

function embed(graph: Graph, words: Value, segments: Value): Value {
  const positions = new Value(graph, graph.addIntegers([...Array(TOKENS).keys()]), [TOKENS]);
  return words
    .embedding(VOCABULARY, WIDTH)
    .add(segments.embedding(SEGMENTS, WIDTH))
    .add(positions.embedding(POSITIONS, WIDTH))
    .layerNorm();
}

export const bert: Architecture = {
  description: 'BERT-small: transformer encoder of 4 layers, 128 tokens',
  build: (graph) => {
    const [words, present, segments] = ['input_ids', 'attention_mask', 'token_type_ids'].map((name) =>
      input(graph, name, [BATCH, TOKENS], 'INT64'),
    ) as [Value, Value, Value];
    // 0 where there is a token, so far below zero where there is none that softmax gives it no weight.
    const mask = present.toFloat().shift(-1).scale(10_000).reshape(1, 1, TOKENS);
    let x = embed(graph, words, segments);
    for (let layer = 0; layer < LAYERS; layer++) x = encoderLayer(x, mask);
    const pooled = x.first().dense(WIDTH).tanh();
    return { last_hidden_state: x, pooler_output: pooled };
  },
};
