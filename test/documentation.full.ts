/**
 * What the README and docs/ tell a reader to type works, in the order in which it stands, in a folder with nothing but harp's
 * `profiles/` and the package that it comes from. A block behind `<!-- not run: why -->` is left out; `npx harp` is this clone's, and ports 8000 and 8001 are free
 * ones.
 */
import { execFile } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const PAGE_LIMIT_MS = 240_000;

const docs = join(root, 'docs');
const pages = [
  'README.md',
  ...(existsSync(docs) ? readdirSync(docs).filter((name) => name.endsWith('.md')) : []).map(
    (name) => `docs/${name}`,
  ),
];

/** The blocks of a page that a reader types, as one script that stops at the first that fails. */
function scriptOf(page: string): string {
  const text = readFileSync(join(root, page), 'utf8');
  const blocks = [...text.matchAll(/(<!-- not run: [^>]+ -->\n)?```sh\n(.*?)```/gs)];
  return blocks
    .filter(([, notRun]) => notRun === undefined)
    .map(([, , block]) => block)
    .join('\n');
}

/** A port with two free ones behind it, where `harp serve` puts gRPC and metrics. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = await bind(0);
    if (port < 65_000 && (await bind(port + 1)) > 0 && (await bind(port + 2)) > 0) return port;
  }
}

/** @returns the port that was free, 0 for none */
const bind = (port: number): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(0));
    server.listen(port, '127.0.0.1', () => {
      const { port: bound } = server.address() as { port: number };
      server.close(() => resolve(bound));
    });
  });

let folder: string;
let port: number;

beforeEach(async () => {
  port = await freePort();
  folder = mkdtempSync(join(tmpdir(), 'harp-docs-'));
  const bin = join(folder, '.bin');
  mkdirSync(bin);
  // Of `npx harp …` the rest goes to this clone's harp.
  const shim = join(bin, 'npx');
  writeFileSync(shim, `#!/bin/sh\nshift\nexec "${process.execPath}" "${join(root, 'bin/run.js')}" "$@"\n`);
  chmodSync(shim, 0o755);
  // As `npm install harp` leaves it.
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  symlinkSync(root, join(modules, 'harp'));
  symlinkSync(join(root, 'node_modules/@grpc'), join(modules, '@grpc'));
  cpSync(join(root, 'profiles'), join(folder, 'profiles'), { recursive: true });
});

afterEach(async () => {
  await run('npx harp stop --all --quiet || true');
  rmSync(folder, { recursive: true, force: true });
});

const run = (script: string): Promise<{ code: number; output: string }> =>
  new Promise((resolve) => {
    const env = {
      ...process.env,
      PATH: [join(folder, '.bin'), process.env.PATH].join(delimiter),
      // Daemons of tests are nobody else's to find and stop.
      XDG_RUNTIME_DIR: folder,
      HARP_SERVE_HTTP: `127.0.0.1:${port}`,
    };
    const options = { cwd: folder, env, timeout: PAGE_LIMIT_MS };
    execFile(
      'bash',
      ['-euxo', 'pipefail', '-c', script.replaceAll(':8000', `:${port}`).replaceAll(':8001', `:${port + 1}`)],
      options,
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
      },
    );
  });

it.each(pages)('%s', { timeout: PAGE_LIMIT_MS + 10_000 }, async (page) => {
  const script = scriptOf(page);
  const { code, output } = await run(script);
  expect(code, output.slice(-4000)).toBe(0);
});
