// What decides how a worker's cores are changed (src/machine/find-actuator.ts, src/engine/process-worker.ts), measured here: sessions of
// one thread, of two and of two that spin, on one core and on two; what a resize takes by each mechanism, from the call to its end;
// what another session takes; and how steady half a core by quota is.
// Usage: node resize.js [NAME…]   (architectures that `harp model create` knows)
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startTaskset } from '../../dist/machine/affinity.js';
import { cpuList } from '../../dist/machine/confine.js';
import { usableCores } from '../../dist/machine/inventory.js';

const HARP = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const ROUNDS = 15;
const RUNS = 6;
const BATCH = 2;

/** Opens the model, and runs it so many times at every line; says the durations, or how long another session took. */
async function child(file, threads, spins) {
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const options = {
    intraOpNumThreads: Number(threads),
    interOpNumThreads: 1,
    logSeverityLevel: 4,
    extra: { session: { intra_op: { allow_spinning: spins } } },
  };
  const session = await InferenceSession.create(file, options);
  const [name] = session.inputNames;
  const shape = session.inputMetadata[0].shape.map((dim) => (typeof dim === 'number' ? dim : BATCH));
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.5);
  const feeds = { [name]: new Tensor('float32', data, shape) };
  for (let run = 0; run < RUNS; run++) await session.run(feeds);
  console.log('[]');
  for await (const line of createInterface({ input: process.stdin })) {
    const times = [];
    for (let run = 0; run < Number(line || 1); run++) {
      const begin = performance.now();
      if (line === '') await (await InferenceSession.create(file, options)).release();
      else await session.run(feeds);
      times.push(performance.now() - begin);
    }
    console.log(JSON.stringify(times));
  }
}

async function startChild(cores, ...args) {
  const self = fileURLToPath(import.meta.url);
  const command = ['-c', cpuList(cores), process.execPath, self, '--child', ...args.map(String)];
  const process_ = spawn('taskset', command, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: process_.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value);
  await next();
  // Threads of who has nothing to do may spin on for a while, and disturb who is asked next.
  process.kill(process_.pid, 'SIGSTOP');
  const ask = async (line) => {
    process.kill(process_.pid, 'SIGCONT');
    process_.stdin.write(`${line}\n`);
    const answer = await next();
    process.kill(process_.pid, 'SIGSTOP');
    return answer;
  };
  const end = () => {
    process_.stdin.end();
    process.kill(process_.pid, 'SIGCONT');
  };
  return { pid: process_.pid, ask, end };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const at = (values, share) => values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))];
const ms = (value) => `${value.toFixed(2)} ms`;

async function main(names) {
  const cores = usableCores().slice(-2);
  if (cores.length < 2) throw new Error('two cores are needed');
  const folder = mkdtempSync(join(tmpdir(), 'harp-bench-'));
  try {
    for (const name of names.length > 0 ? names : ['squeezenet', 'resnet18']) {
      const file = join(folder, `${name}.onnx`);
      execFileSync(process.execPath, [HARP, 'model', 'create', name, '--out', file, '--quiet']);
      await compareSessions(name, file, cores);
    }
    await compareMechanisms(join(folder, `${names[0] ?? 'squeezenet'}.onnx`), cores);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Taking turns, so that whoever else is here disturbs all alike. */
async function compareSessions(name, file, [first, second]) {
  const kinds = {
    '1 thread, 1 core': [[second], 1, '0'],
    '2 threads, 1 core': [[second], 2, '0'],
    '2 spinning threads, 1 core': [[second], 2, '1'],
    '2 threads, 2 cores': [[first, second], 2, '0'],
    '2 spinning threads, 2 cores': [[first, second], 2, '1'],
  };
  const seen = {};
  const children = {};
  for (const [kind, [on, threads, spins]] of Object.entries(kinds)) {
    children[kind] = await startChild(on, file, threads, spins);
    seen[kind] = [];
  }
  for (let round = 0; round < ROUNDS; round++)
    for (const kind of Object.keys(kinds)) seen[kind].push(...(await children[kind].ask(RUNS)));
  console.log(`${name}, batches of ${BATCH}, p10 and p50:`);
  for (const kind of Object.keys(kinds))
    console.log(`  ${kind.padEnd(28)} ${ms(at(seen[kind], 0.1))} ${ms(median(seen[kind]))}`);
  const anew = [];
  for (let time = 0; time < 5; time++) anew.push(...(await children['2 threads, 1 core'].ask('')));
  console.log(`  another session              ${ms(median(anew))}`);
  for (const each of Object.values(children)) each.end();
}

async function compareMechanisms(file, [first, second]) {
  const worker = await startChild([first, second], file, 2, '0');
  process.kill(worker.pid, 'SIGCONT');
  const time = async (what, move) => {
    const took = [];
    const blocked = [];
    for (let round = 0; round < 40; round++) {
      const begin = performance.now();
      const moved = move(round % 2 === 0 ? [second] : [first, second]);
      blocked.push(performance.now() - begin);
      await moved;
      took.push(performance.now() - begin);
    }
    console.log(
      `${what.padEnd(36)} p50 ${ms(median(took))}, p99 ${ms(at(took, 0.99))}; caller held ${ms(median(blocked))}`,
    );
  };
  console.log('a resize, from the call to its end:');
  await time(
    '  taskset, a process each',
    (cores) =>
      new Promise((resolve) => {
        spawn('taskset', ['-apc', cpuList(cores), String(worker.pid)], { stdio: 'ignore' }).on(
          'exit',
          resolve,
        );
      }),
  );
  const taskset = startTaskset();
  await time('  taskset, by one shell that stays', (cores) => taskset.move(worker.pid, cores));
  taskset.close();
  await byCpuset(worker, [first, second], time);
  await byQuota(worker, first, second);
  worker.end();
}

async function byCpuset(worker, cores, time) {
  const group = '/sys/fs/cgroup/cpuset/harp-bench';
  try {
    mkdirSync(group);
  } catch (error) {
    console.log(`  cpuset (cgroup v1): ${error.message}`);
    return;
  }
  writeFileSync(`${group}/cpuset.mems`, '0');
  writeFileSync(`${group}/cpuset.cpus`, cpuList(cores));
  writeFileSync(`${group}/cgroup.procs`, String(worker.pid));
  await time('  cpuset (cgroup v1)', async (now) => writeFileSync(`${group}/cpuset.cpus`, cpuList(now)));
  writeFileSync('/sys/fs/cgroup/cpuset/cgroup.procs', String(worker.pid));
  rmdirSync(group);
}

async function byQuota(worker, first, second) {
  const group = '/sys/fs/cgroup/cpu/harp-bench';
  try {
    mkdirSync(group);
  } catch (error) {
    console.log(`quota (cgroup v1): ${error.message}`);
    return;
  }
  execFileSync('taskset', ['-apc', cpuList([first, second]), String(worker.pid)], { stdio: 'ignore' });
  writeFileSync(`${group}/cpu.cfs_quota_us`, '100000');
  writeFileSync(`${group}/cgroup.procs`, String(worker.pid));
  const times = await worker.ask(100);
  writeFileSync('/sys/fs/cgroup/cpu/cgroup.procs', String(worker.pid));
  rmdirSync(group);
  console.log(
    `one core by quota, 2 threads: p5 ${ms(at(times, 0.05))}, p50 ${ms(median(times))}, p95 ${ms(at(times, 0.95))}`,
  );
}

if (process.argv[2] === '--child') await child(...process.argv.slice(3));
else await main(process.argv.slice(2));
