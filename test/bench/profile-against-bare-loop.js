// Does `harp profile` measure what a bare loop around onnxruntime does? Both measure each point in fresh processes on the
// same cores with the same session options, in turns, so that a change of the machine's mood meets both. Compares
// the least disturbed median of each, since others on the machine only ever add; ends with 1 where one is off by more than 10 %. Usage: node profile-against-bare-loop.js [model.onnx]
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROUNDS = 4;
const SECONDS = 1;
const TOLERANCE = 0.1;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const self = fileURLToPath(import.meta.url);

if (process.argv[2] === '--bare')
  await bareLoop(process.argv[3], Number(process.argv[4]), Number(process.argv[5]));
else compare(process.argv[2]);

/** Prints the median of single runs in ms. */
async function bareLoop(file, batchSize, threads) {
  const ort = await import('onnxruntime-node');
  const session = await ort.InferenceSession.create(file, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const [input] = session.inputMetadata;
  const dims = [batchSize, ...input.shape.slice(1)];
  const data = Float32Array.from({ length: dims.reduce((a, b) => a * b) }, Math.random);
  const feeds = { [input.name]: new ort.Tensor('float32', data, dims) };

  const durations = [];
  const started = performance.now();
  while (durations.length < 25 || performance.now() - started < SECONDS * 1000) {
    const before = performance.now();
    await session.run(feeds);
    durations.push(performance.now() - before);
  }
  process.stdout.write(String(median(durations.slice(Math.floor(durations.length / 5)))));
}

function compare(givenModel) {
  const harpEntry = fileURLToPath(
    new URL(
      existsSync(new URL('../../dist', import.meta.url)) ? '../../bin/run.js' : '../../bin/dev.js',
      import.meta.url,
    ),
  );
  const harp = (...args) =>
    execFileSync(process.execPath, [harpEntry, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const folder = mkdtempSync(join(tmpdir(), 'harp-bench-'));
  const model = givenModel ?? join(folder, 'squeezenet.onnx');
  if (!givenModel) harp('model', 'create', 'squeezenet', '--out', model, '--quiet');

  const profiled = (batchSize, cores) => {
    const out = join(folder, 'point.profile.json');
    harp(
      'profile',
      model,
      '--batch-sizes',
      String(batchSize),
      '--cores',
      String(cores),
      '--min-duration',
      String(SECONDS),
      '--allow-unstable',
      '--quiet',
      '--out',
      out,
    );
    return JSON.parse(readFileSync(out, 'utf8')).points[0].latencyMs.p50;
  };
  const bare = (batchSize, cores) => {
    const last = availableParallelism() - 1;
    const args = [
      '-c',
      `${last - cores + 1}-${last}`,
      process.execPath,
      self,
      '--bare',
      model,
      String(batchSize),
      String(cores),
    ];
    return Number(execFileSync('taskset', args, { encoding: 'utf8' }));
  };

  console.log('cores  batch  harp p50 ms  bare p50 ms  ratio');
  let worst = 0;
  for (const cores of [1, 2].filter((count) => count <= availableParallelism())) {
    for (const batchSize of [1, 4]) {
      const ours = [];
      const theirs = [];
      for (let round = 0; round < ROUNDS; round++) {
        theirs.push(bare(batchSize, cores));
        ours.push(profiled(batchSize, cores));
      }
      const ratio = Math.min(...ours) / Math.min(...theirs);
      worst = Math.max(worst, Math.abs(ratio - 1));
      const columns = [
        [cores, 5],
        [batchSize, 7],
        [Math.min(...ours).toFixed(3), 13],
        [Math.min(...theirs).toFixed(3), 13],
        [ratio.toFixed(3), 7],
      ];
      console.log(columns.map(([value, width]) => String(value).padStart(width)).join(''));
    }
  }
  rmSync(folder, { recursive: true });
  console.log(`furthest from 1: ${(worst * 100).toFixed(1)} %, allowed ${TOLERANCE * 100} %`);
  if (worst > TOLERANCE) process.exitCode = 1;
}
