// Does a real model behave as planned and as simulated? Measures each model here, plans it for half of what one core can do, simulates
// the plan with the measured spread of durations, serves it, and sends it evenly spaced and random requests; prints planned,
// simulated and measured latencies side by side, and how far the simulation was off.
// Usage: node as-planned.js [--seconds N] [NAME…]   (architectures that `harp model create` knows)
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '15' } },
});
const HARP = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'harp-bench-'));
const run = (...args) =>
  execFileSync(process.execPath, [HARP, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 28,
  });
const json = (...args) => JSON.parse(run(...args, '--json', '--quiet'));
const say = (text) => process.stdout.write(`${text}\n`);
const ms = (value) => value.toFixed(1).padStart(8);

async function serve(plan) {
  const child = spawn(process.execPath, [HARP, 'serve', plan, '--http', '127.0.0.1:0'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise((resolve) => {
    child.stdout.on('data', (text) => {
      const found = /http=(\S+)/.exec(text);
      if (found) resolve(found[1]);
    });
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
  };
  return { url, stop };
}

async function compare(name) {
  run('model', 'create', name, '--out', `${name}.onnx`, '--quiet');
  run('profile', `${name}.onnx`, '--cores', '1', '--batch-sizes', '1,2,4,8', '--allow-unstable', '--quiet');
  const profile = JSON.parse(readFileSync(join(folder, `${name}.profile.json`)));
  const fastest = Math.max(
    ...profile.points.map(({ batchSize, durationMs }) => (1000 * batchSize) / durationMs),
  );
  const slowest = Math.max(...profile.points.map(({ durationMs }) => durationMs));
  const rate = String(Math.max(1, Math.round(fastest / 2)));
  const slo = String(Math.ceil(4 * slowest + 10));
  const plan = json(
    'plan',
    `${name}.profile.json`,
    '--rate',
    rate,
    '--slo',
    slo,
    '--billing',
    'whole',
    '--out',
    `${name}.plan.json`,
  );
  say(`\n${name}: ${rate}/s within ${slo} ms; planned worst case ${plan.worstCaseMs.toFixed(1)} ms`);
  const server = await serve(`${name}.plan.json`);
  for (const arrivals of ['uniform', 'poisson']) {
    const terms = ['--arrivals', arrivals, '--duration', values.seconds, '--seed', '1'];
    const simulated = json('simulate', `${name}.plan.json`, ...terms, '--service-times', 'measured');
    const measured = json('load', server.url, '--rate', rate, '--slo', slo, ...terms);
    say(`  ${arrivals.padEnd(8)}            p50      p99      max   in time`);
    for (const [who, { latencyMs, attainment }] of Object.entries({ simulated, measured })) {
      say(
        `    ${who.padEnd(12)} ${ms(latencyMs.p50)} ${ms(latencyMs.p99)} ${ms(latencyMs.max)}   ${(100 * attainment).toFixed(2)} %`,
      );
    }
    const off = (at) =>
      `${(100 * (simulated.latencyMs[at] / measured.latencyMs[at] - 1)).toFixed(0)} %`.padStart(8);
    say(`    off by       ${off('p50')} ${off('p99')} ${off('max')}`);
  }
  await server.stop();
}

try {
  for (const name of positionals.length > 0 ? positionals : ['mlp', 'squeezenet', 'mobilenetv2'])
    await compare(name);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
