// How fast is `harp serve`? Everything as ratios measured side by side in one run, in turns, since the machine is shared:
// 1. saturated with one real model on one core, the front end on the other: images/s over those of a bare `session.run` loop,
//    alone and while the other core receives the same images over plain node:http;
// 2. what it adds to a request when idle, beside node:http with the same bodies;
// 3. small requests/s with the emulated engine at 0 ms, over those of node:http that parses the same bodies;
// 4. beside the server one would write by hand (fastify, JSON, session.run in the process).
// Usage: node serving.js [--rounds N] [--seconds N] [model.onnx]
import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { hammer, post } from './serving/raw-client.js';
import { whereTimeGoes } from './serving/where-time-goes.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '3' }, seconds: { type: 'string', default: '3' } },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const HARP = here('../../bin/run.js');
const folder = mkdtempSync(join(tmpdir(), 'harp-bench-'));
const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];
const say = (text) => process.stdout.write(`${text}\n`);

// The front end and this process on the first core, engines on the last, where harp places its first worker.
const pinned = (core, args) =>
  process.platform === 'linux'
    ? ['taskset', ['-c', String(core), process.execPath, ...args]]
    : [process.execPath, args];
const pin = (pid, core) => {
  if (process.platform === 'linux')
    execFileSync('taskset', ['-a', '-cp', String(core), String(pid)], { stdio: 'ignore' });
};
const harp = (...args) =>
  execFileSync(process.execPath, [HARP, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });

async function started(command, args, port) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const found = await new Promise((resolve, reject) => {
    child.stdout.on('data', (text) => {
      const match = port.exec(text);
      if (match) resolve(Number(match[1]));
    });
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}`)));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
  };
  return { port: found, child, stop };
}

const serve = (plan, ...flags) => serveBy([], plan, ...flags);
// This process has one core; the daemon is to find both, and places its worker on the last.
const serveBy = (nodeFlags, plan, ...flags) =>
  started(
    ...pinned('0,1', [...nodeFlags, HARP, 'serve', plan, '--http', '127.0.0.1:0', ...flags]),
    /http=http:\/\/127.0.0.1:(\d+)/,
  );
const rival = (core, ...args) => started(...pinned(core, [here('./serving/rivals.js'), ...args]), /^(\d+)/);

/** A plan of one module with one machine, one batch size and durations of no account. */
function planOf(name, model, { batchSize, durationMs, sloMs }) {
  const point = { hardware: 'local', cores: 1, batchSize, durationMs };
  const plan = {
    schemaVersion: 1,
    kind: 'plan',
    application: name,
    planner: 'bench',
    feasible: true,
    rateRps: 1,
    sloMs,
    billing: 'whole',
    costPerHour: 1,
    worstCaseMs: sloMs,
    modules: [
      {
        name,
        rateRps: 1,
        dummyRps: 0,
        budgetMs: sloMs,
        worstCaseMs: sloMs,
        dispatch: 'batch-aware',
        costPerHour: 1,
        model,
        serviceTimes: [{ ...point, tailMs: durationMs }],
        allocations: [
          {
            rank: 1,
            ...point,
            machines: 1,
            throughputRps: 1,
            rateRps: 1,
            collectionRateRps: 1,
            worstCaseMs: sloMs,
            pricePerHour: 1,
            costPerHour: 1,
          },
        ],
      },
    ],
  };
  const file = join(folder, `${name}-${batchSize}.plan.json`);
  writeFileSync(file, JSON.stringify(plan));
  return file;
}

const tensorOf = (name, dims) => {
  const data = Float32Array.from({ length: dims.reduce((a, b) => a * b) }, Math.random);
  const field = { name, shape: dims, datatype: 'FP32' };
  const raw = Buffer.from(data.buffer);
  const header = Buffer.from(
    JSON.stringify({
      inputs: [{ ...field, parameters: { binary_data_size: raw.length } }],
      parameters: { binary_data_output: true },
    }),
  );
  const binary = [{ 'inference-header-content-length': header.length }, Buffer.concat([header, raw])];
  const json = [
    { 'content-type': 'application/json' },
    Buffer.from(JSON.stringify({ inputs: [{ ...field, data: Array.from(data) }] })),
  ];
  return { binary, json };
};

const computeMsOf = (bodies) => bodies.map((text) => Number(/"compute_ms":([\d.]+)/.exec(text)?.[1] ?? 0));
const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;

const running = (command, args) =>
  new Promise((resolve, reject) => {
    execFile(command, args, (error, stdout) => (error ? reject(error) : resolve(Number(stdout))));
  });

/** Servers run for days: code is compiled well after some hundreds of requests. */
const WARM_UP_SECONDS = 4;

async function saturated(file, image, name) {
  say(`\n1. saturated: ${name} on one core, ${seconds} s each, ${rounds} rounds in turns`);
  const request = post(`/v2/models/${name}/infer`, ...image.tensor.binary);
  for (const batchSize of [1, 8]) {
    const bare = () =>
      running(...pinned(1, [here('./serving/bare-loop.js'), file, String(batchSize), String(seconds)]));
    const plan = planOf(
      name,
      { name, file, inputs: image.spec, outputs: image.outputs },
      { batchSize, durationMs: 5 * batchSize, sloMs: 5000 },
    );
    const alone = [];
    const beside = [];
    for (let round = 0; round < rounds; round++) {
      const before = await bare();
      const server = await serve(plan, '--force');
      pin(server.child.pid, 0);
      const load = { request, connections: 2 * batchSize + 2, seconds, warmUpSeconds: WARM_UP_SECONDS };
      const { perSecond, bodies } = await hammer({ ...load, port: server.port });
      await server.stop();
      const after = await bare();
      const receiving = await besideReceiver(bare, { ...load, paceRps: perSecond });
      const busy = (perSecond * mean(computeMsOf(bodies))) / batchSize / 1000;
      alone.push((2 * perSecond) / (before + after));
      beside.push(perSecond / receiving);
      say(
        `   batch ${batchSize}: harp ${perSecond.toFixed(1)}/s with its engine busy ${(100 * busy).toFixed(0)} % of the time, bare loop ${before.toFixed(1)} and ${after.toFixed(1)}/s, ${receiving.toFixed(1)}/s while node:http receives as many images on the other core`,
      );
    }
    say(
      `   batch ${batchSize}: ${median(alone).toFixed(3)} of the bare loop (median; bar 0.95), ${median(beside).toFixed(3)} of the one whose neighbour receives the images`,
    );
  }
}

/** The bare loop while a plain node:http server on the other core reads as many images, and does nothing with them: what their bytes cost the engine. */
async function besideReceiver(bare, load) {
  const sink = await rival(0, 'sink');
  const received = hammer({ ...load, port: sink.port, seconds: 2 * seconds, warmUpSeconds: 0.5 });
  const rate = await bare();
  await received;
  await sink.stop();
  return rate;
}

async function idle(file, image, name) {
  say('\n2. idle: what one request at a time takes beyond the engine (median ms)');
  const plan = planOf(
    name,
    { name, file, inputs: image.spec, outputs: image.outputs },
    { batchSize: 1, durationMs: 5, sloMs: 5000 },
  );
  const small = planOf(
    'small',
    { name: 'small', inputs: SMALL, outputs: SMALL },
    { batchSize: 1, durationMs: 0.001, sloMs: 5000 },
  );
  for (const [what, start, path, [headers, body], bar] of [
    ['an image', () => serve(plan, '--force'), name, image.tensor.binary, 1],
    ['a small tensor', () => serve(small, '--emulate'), 'small', tensorOf('x', [1, 2]).json, 0.3],
  ]) {
    const added = [];
    const bare = [];
    for (let round = 0; round < rounds; round++) {
      const server = await start();
      pin(server.child.pid, 0);
      const request = post(`/v2/models/${path}/infer`, headers, body);
      const one = { request, connections: 1, seconds, warmUpSeconds: WARM_UP_SECONDS };
      const own = await hammer({ ...one, port: server.port });
      await server.stop();
      const compute = median(computeMsOf(own.bodies));
      added.push(own.p50Ms - compute);
      const sink = await rival(0, 'sink');
      bare.push((await hammer({ ...one, port: sink.port })).p50Ms);
      await sink.stop();
    }
    say(
      `   ${what}: harp adds ${median(added).toFixed(3)}; node:http that reads the same body takes ${median(bare).toFixed(3)} (difference ${(median(added) - median(bare)).toFixed(3)}; bar ${bar})`,
    );
  }
}

/**
 * Of batches of 64. As many connections as that would move in lock step: all of them wait for the last of a batch, and the server
 * for all of them. More keep it busy, so that what is measured is the server.
 */
const CONNECTIONS = 256;

const SMALL = [{ name: 'x', datatype: 'FP32', shape: ['batch', 2] }];

async function requestsPerSecond() {
  say('\n3. small requests/s, the engine emulated at 0 ms');
  const plan = planOf(
    'small',
    { name: 'small', inputs: SMALL, outputs: SMALL },
    { batchSize: 64, durationMs: 0.001, sloMs: 1000 },
  );
  const { json, binary } = tensorOf('x', [1, 2]);
  const servers = {
    'harp, JSON': [() => serve(plan, '--emulate'), json],
    'harp, binary': [() => serve(plan, '--emulate'), binary],
    'node:http': [() => rival(0, 'http'), json],
    fastify: [() => rival(0, 'fastify'), json],
  };
  const found = Object.fromEntries(Object.keys(servers).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, [start, [headers, body]]] of Object.entries(servers)) {
      const server = await start();
      pin(server.child.pid, 0);
      pin(process.pid, 1);
      const request = post('/v2/models/small/infer', headers, body);
      const { perSecond } = await hammer({ port: server.port, request, connections: CONNECTIONS, seconds });
      found[name].push(perSecond);
      await server.stop();
    }
  }
  const bare = median(found['node:http']);
  for (const [name, rates] of Object.entries(found)) {
    say(
      `   ${name}: ${median(rates).toFixed(0)}/s, ${(median(rates) / bare).toFixed(3)} of node:http${name === 'harp, JSON' ? ' (bar 0.8)' : ''}`,
    );
  }
  const profiles = join(folder, 'profiles');
  const server = await serveBy(['--cpu-prof', `--cpu-prof-dir=${profiles}`], plan, '--emulate');
  pin(server.child.pid, 0);
  const request = post('/v2/models/small/infer', ...json);
  await hammer({ port: server.port, request, connections: CONNECTIONS, seconds });
  await server.stop();
  say('   where its time goes, by a profile of one more run:');
  for (const [area, share] of whereTimeGoes(join(profiles, readdirSync(profiles)[0]))) {
    say(`   ${(100 * share).toFixed(0).padStart(4)} % ${area}`);
  }
  pin(process.pid, 0);
}

async function byHand(file, image, name) {
  say('\n4. beside a server written by hand: fastify, JSON, session.run in the process; images/s');
  const plan = planOf(
    name,
    { name, file, inputs: image.spec, outputs: image.outputs },
    { batchSize: 4, durationMs: 20, sloMs: 5000 },
  );
  const found = { hand: [], json: [], binary: [] };
  for (let round = 0; round < rounds; round++) {
    for (const [kind, start, [headers, body]] of [
      ['hand', () => rival('0,1', 'fastify', file), image.tensor.json],
      ['json', () => serve(plan, '--force'), image.tensor.json],
      ['binary', () => serve(plan, '--force'), image.tensor.binary],
    ]) {
      const server = await start();
      const request = post(`/v2/models/${name}/infer`, headers, body);
      found[kind].push((await hammer({ port: server.port, request, connections: 16, seconds })).perSecond);
      await server.stop();
    }
  }
  const [hand, json, binary] = Object.values(found).map(median);
  say(
    `   by hand ${hand.toFixed(1)}, harp with the same JSON ${json.toFixed(1)} (${(json / hand).toFixed(2)}×), with raw tensors ${binary.toFixed(1)} (${(binary / hand).toFixed(2)}×)`,
  );
}

try {
  let [file] = positionals;
  if (file === undefined) {
    file = join(folder, 'squeezenet.onnx');
    harp('model', 'create', 'squeezenet', '--out', file, '--quiet');
  }
  const { inputs, outputs } = JSON.parse(harp('model', 'inspect', file, '--json'));
  const dims = inputs[0].shape.map((dim) => (typeof dim === 'number' ? dim : 1));
  const image = { spec: inputs, outputs, tensor: tensorOf(inputs[0].name, dims) };
  const name = 'model';
  pin(process.pid, 0);
  await saturated(file, image, name);

  await idle(file, image, name);
  await requestsPerSecond();
  await byHand(file, image, name);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
