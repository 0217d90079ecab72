// The whole of harp on this machine, as a user would run it: creates a real network, profiles it, plans for a rate and an
// SLO that one core can hold, serves the plan, loads it as an outside client, and shows what was promised beside what
// was seen. Leaves its files in ./harp-demo, and nothing running.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MODEL = 'squeezenet';
/** Share of what one core sustains that the demo asks for: the rest is room for chance. */
const SHARE_OF_ONE_CORE = 0.5;
/** The SLO, in durations of a single request. */
const SLO_IN_DURATIONS = 8;
const LOAD_SECONDS = 8;

const harp = fileURLToPath(new URL('./run.js', import.meta.url));
const folder = 'harp-demo';
mkdirSync(folder, { recursive: true });

const start = (args, stdio) => {
  console.log(`\n$ harp ${args.join(' ')}`);
  return spawn(process.execPath, [harp, ...args], { cwd: folder, stdio });
};

const ended = (child) =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? signal));
  });

/** Runs a command to its end; `allowed` are the exit codes to go on with. */
async function run(args, allowed = [0]) {
  const code = await ended(start(args, ['ignore', 'inherit', 'inherit']));
  if (!allowed.includes(code)) throw new Error(`harp ${args[0]} ended with ${code}`);
}

const roundUp = (value, step) => Math.ceil(value / step) * step;

await run(['model', 'create', MODEL]);
// Exit code 4 says that some points did not settle: on a busy machine the demo goes on with what there is.
await run(['profile', `${MODEL}.onnx`], [0, 4]);

const profile = JSON.parse(readFileSync(`${folder}/${MODEL}.profile.json`, 'utf8'));
const oneCore = profile.points.filter(({ cores }) => cores === 1);
const single = oneCore.find(({ batchSize }) => batchSize === 1);
const rate = Math.floor(
  SHARE_OF_ONE_CORE * Math.max(...oneCore.map((point) => (1000 * point.batchSize) / point.durationMs)),
);
const slo = roundUp(SLO_IN_DURATIONS * single.durationMs, 10);
console.log(
  `\nOne request takes ${single.durationMs.toFixed(1)} ms on one core. Ask for ${rate} requests/s within ${slo} ms:`,
);

const planFile = `${MODEL}.plan.json`;
await run(['plan', `${MODEL}.profile.json`, '--rate', String(rate), '--slo', String(slo), '--out', planFile]);

const server = start(['serve', planFile, '--http', '127.0.0.1:0'], ['ignore', 'pipe', 'inherit']);
const serverEnded = ended(server);
try {
  const lines = createInterface({ input: server.stdout });
  const url = await Promise.race([
    new Promise((resolve) => {
      lines.on('line', (line) => {
        console.log(line);
        const listening = /^listening http=(\S+)/.exec(line);
        if (listening) resolve(listening[1]);
      });
    }),
    serverEnded.then((code) => {
      throw new Error(`harp serve ended with ${code}`);
    }),
  ]);
  // Evenly spaced arrivals are what the plan promises to hold; random ones are what users send.
  for (const arrivals of ['uniform', 'poisson']) {
    await run(['load', url, '--plan', planFile, '--arrivals', arrivals, '--duration', String(LOAD_SECONDS)]);
  }
} finally {
  server.kill('SIGTERM');
  await serverEnded;
}
