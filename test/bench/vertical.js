// Cores that follow the deadlines, end to end: a real model and a real daemon on two cores behind a trace-driven network, `sponge` beside
// one core and two with the same dispatch; attainment and core-seconds, measured and simulated.
// Usage: node --import tsx vertical.js [--seconds N] [--network-trace FILE] [NAME]   (an architecture that `harp model create` knows)
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { prepare, serveWith, simulateWith } from '../end-to-end/vertical-run.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '60' }, 'network-trace': { type: 'string' } },
});
const [model = 'resnet18'] = positionals;
const folder = mkdtempSync(join(tmpdir(), 'harp-bench-'));
const shown = ({ attainment, coreSeconds, resizes, drift }, seconds) =>
  `${(100 * attainment).toFixed(2).padStart(6)} % in time @ ${(coreSeconds / seconds).toFixed(2)} cores, ${String(resizes).padStart(3)} resizes${drift ? `, batches ${drift.toFixed(2)} times as long as planned` : ''}`;

try {
  const seconds = Number(values.seconds);
  const experiment = await prepare(folder, model, seconds, values['network-trace']);
  const { rateRps, delaysMs } = experiment;
  const network = [...delaysMs].sort((a, b) => a - b);
  console.log(
    `${model}: ${rateRps}/s in bursts for ${seconds} s within 1000 ms, of which the network takes ${network[Math.floor(network.length / 2)].toFixed(0)} (p50) to ${network.at(-1).toFixed(0)} ms`,
  );
  for (const policy of ['static:1', 'static:2', 'sponge']) {
    const simulated = simulateWith(experiment, policy);
    const measured = await serveWith(experiment, policy);
    console.log(`  ${policy.padEnd(9)} simulated ${shown(simulated, seconds)}`);
    console.log(`  ${''.padEnd(9)} measured  ${shown(measured, seconds)}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
