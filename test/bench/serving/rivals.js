// The servers to compare with. `fastify MODEL`: what one would write by hand, JSON in and out, `session.run` in the process.
// `fastify`: the same without a model. `http`: node:http alone, parsing the same bodies. `sink`: node:http that reads bodies and
// parses nothing. Prints its port.
import { createServer } from 'node:http';

const [kind, model] = process.argv.slice(2);

const answerOf = (values) =>
  JSON.stringify({
    model_name: 'm',
    outputs: [{ name: 'y', shape: [1, values.length], datatype: 'FP32', data: values }],
  });
const told = (port) => process.stdout.write(`${port}\n`);

if (kind === 'fastify') {
  const { default: fastify } = await import('fastify');
  const app = fastify({ bodyLimit: 64 * 2 ** 20 });
  let run = async () => [0, 0];
  if (model) {
    const { default: ort } = await import('onnxruntime-node');
    const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 });
    const [input] = session.inputNames;
    const [output] = session.outputNames;
    run = async ({ data, shape }) => {
      const feeds = { [input]: new ort.Tensor('float32', Float32Array.from(data.flat(9)), shape) };
      return Array.from((await session.run(feeds))[output].data);
    };
  }
  app.post('/v2/models/:name/infer', async (request, reply) => {
    reply.header('content-type', 'application/json');
    return answerOf(await run(request.body.inputs[0]));
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  told(app.server.address().port);
} else {
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      if (kind === 'http') JSON.parse(body);
      const answer = answerOf([0, 0]);
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(answer),
      });
      response.end(answer);
    });
  });
  server.listen(0, '127.0.0.1', () => told(server.address().port));
}
