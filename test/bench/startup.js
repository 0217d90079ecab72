/**
 * How long harp takes to start, against an empty oclif command on the same @oclif/core: medians of interleaved runs, so
 * that a busy machine slows both. Also checks that help and planning load no native addon. Needs a build.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RUNS = 25;
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'harp-startup-'));

try {
  const harp = join(root, 'bin/run.js');
  const empty = writeEmptyProgram();
  compareStarts([
    { name: 'empty oclif command', argv: [empty, 'nothing', '--help'] },
    { name: 'harp --help', argv: [harp, '--help'] },
    { name: 'harp plan --help', argv: [harp, 'plan', '--help'] },
  ]);
  const app = writeApplication();
  checkAddons('harp --help', [harp, '--help']);
  checkAddons('harp plan APP', [harp, 'plan', app]);
} finally {
  rmSync(folder, { recursive: true });
}

function compareStarts(programs) {
  const timesMs = programs.map(() => []);
  for (let run = 0; run <= RUNS; run++) {
    programs.forEach(({ argv }, index) => {
      const startMs = performance.now();
      runNode(argv);
      // The first round fills the page cache.
      if (run > 0) timesMs[index].push(performance.now() - startMs);
    });
  }
  const medians = timesMs.map((times) => times.sort((a, b) => a - b)[Math.floor(RUNS / 2)]);
  programs.forEach(({ name }, index) => {
    const ratio = medians[index] / medians[0];
    console.log(`${name.padEnd(20)} ${medians[index].toFixed(0).padStart(5)} ms  ${ratio.toFixed(2)} ×`);
  });
}

/** Fails where the process had a native addon (a shared object named *.node) loaded when it ended. */
function checkAddons(name, argv) {
  const spy = join(folder, 'list-addons.cjs');
  const list = join(folder, 'addons.json');
  writeFileSync(
    spy,
    `process.on('exit', () => {
      const addons = process.report.getReport().sharedObjects.filter((file) => file.endsWith('.node'));
      require('node:fs').writeFileSync(${JSON.stringify(list)}, JSON.stringify(addons));
    });`,
  );
  runNode(['--require', spy, ...argv]);
  const addons = JSON.parse(readFileSync(list, 'utf8'));
  console.log(`${name.padEnd(20)} native addons: ${addons.join(', ') || 'none'}`);
  if (addons.length > 0) process.exitCode = 1;
}

function runNode(argv) {
  const { status, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`);
}

function writeEmptyProgram() {
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  mkdirSync(join(folder, 'commands'));
  const file = (name, content) => writeFileSync(join(folder, name), content);
  file(
    'package.json',
    JSON.stringify({
      name: 'empty',
      version: '0.0.0',
      type: 'module',
      oclif: { bin: 'empty', commands: './commands' },
    }),
  );
  file(
    'commands/nothing.js',
    `import { Command } from '@oclif/core';
    export default class Nothing extends Command { async run() {} }`,
  );
  file(
    'run.js',
    `import { execute, settings } from '@oclif/core';
    settings.enableAutoTranspile = false;
    await execute({ dir: import.meta.url });`,
  );
  return join(folder, 'run.js');
}

function writeApplication() {
  const file = join(folder, 'one.app.yaml');
  writeFileSync(
    join(folder, 'one.profile.json'),
    JSON.stringify({
      schemaVersion: 1,
      kind: 'profile',
      model: { name: 'one' },
      points: [{ hardware: 'gpu-a', cores: 1, batchSize: 8, durationMs: 250 }],
    }),
  );
  writeFileSync(
    file,
    `schemaVersion: 1
name: one
rateRps: 100
sloMs: 1000
modules:
  one: { profile: one.profile.json }
hardware:
  gpu-a: { pricePerHour: 1 }
`,
  );
  return file;
}
