// What the engine gives when nothing is in its way: `session.run` again and again, in one process. Prints rows per second.
// Usage: node bare-loop.js model.onnx batch seconds
import ort from 'onnxruntime-node';

const [file, batch, seconds] = process.argv.slice(2);
const session = await ort.InferenceSession.create(file, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  extra: { session: { intra_op: { allow_spinning: '0' } } },
});
const [input] = session.inputMetadata;
const dims = [Number(batch), ...input.shape.slice(1)];
const data = Float32Array.from({ length: dims.reduce((a, b) => a * b) }, Math.random);
const feeds = { [input.name]: new ort.Tensor('float32', data, dims) };
for (let run = 0; run < 5; run++) await session.run(feeds);
const startedMs = performance.now();
let rows = 0;
while (performance.now() - startedMs < 1000 * Number(seconds)) {
  await session.run(feeds);
  rows += Number(batch);
}
process.stdout.write(String((rows * 1000) / (performance.now() - startedMs)));
