/**
 * The house's directions as a test: reads what every source file imports. A rule's name says why it stands, its failure
 * which file breaks it. A new room needs a line in ALLOWED.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

interface Import {
  readonly target: string;
  readonly kind: 'static' | 'type' | 'dynamic';
}

interface Source {
  readonly file: string;
  /** The folder right below src. */
  readonly room: string;
  /** Without comments. */
  readonly code: string;
  readonly lines: number;
  readonly imports: readonly Import[];
}

/** What a room may import of harp besides itself; the pure ones first. `cli`, `commands` and `report` have rules of their own. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  numeric: [],
  latency: ['domain', 'numeric'],
  planning: ['latency', 'domain', 'numeric'],
  checking: ['domain'],
  policy: ['latency', 'domain', 'numeric'],
  scaling: ['policy', 'latency', 'domain', 'numeric'],
  simulation: ['scaling', 'policy', 'latency', 'domain', 'numeric'],
  schemas: ['domain'],
  export: ['domain'],
  machine: ['domain', 'numeric'],
  files: ['domain', 'numeric'],
  engine: ['machine', 'domain', 'numeric'],
  profiling: ['engine', 'machine', 'latency', 'domain', 'numeric'],
  serving: ['engine', 'machine', 'scaling', 'policy', 'latency', 'domain', 'numeric'],
  load: ['serving/protocol', 'serving/grpc', 'simulation', 'domain', 'numeric'],
};

const PURE = [
  'domain',
  'numeric',
  'latency',
  'planning',
  'checking',
  'policy',
  'scaling',
  'simulation',
  'schemas',
];
const PURE_PACKAGES = ['zod'];
const IMPURE =
  /\bDate\.now\b|\bnew Date\b|\bperformance\.|\bMath\.random\b|\basync\b|\bawait\b|\bprocess\.|\bsetTimeout\b/;
/** Native addons, and what is slow to load and seldom needed. */
const LAZY = ['onnxruntime-node', 'systeminformation', 'ora'];
const BANNED_NAMES = /^(utils?|helpers?|common|managers?|misc|index)$/;
const RE_EXPORT = /^export\b[^;=(]*\bfrom\s*'/m;
const MAX_LINES = 300;

const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map(readSource);
const files = new Set(sources.map(({ file }) => file));

function readSource(path: string): Source {
  const text = readFileSync(join(SRC, path), 'utf8');
  const code = text.replace(/\/\*[\s\S]*?\*\/|(?<![:'"`\\])\/\/.*$/gm, '');
  const imports: Import[] = [];
  for (const [, typeOnly, clause = '', target] of code.matchAll(
    /^\s*(?:import|export)(\s+type\b)?([^'";]*?\bfrom\s*)?\s*'([^']+)'/gm,
  )) {
    const inlineTypes = /^\s*\{(\s*type\s[^,}]+,?)+\s*\}\s*from/.test(clause);
    imports.push({ target: target!, kind: typeOnly || inlineTypes ? 'type' : 'static' });
  }
  for (const [, target] of code.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g))
    imports.push({ target: target!, kind: 'dynamic' });
  const file = path.split(sep).join('/');
  return { file, room: file.split('/')[0]!, code, lines: text.split('\n').length, imports };
}

/** The file of src that an import means, or undefined for a package. */
const resolveImport = ({ file }: Source, { target }: Import): string | undefined =>
  target.startsWith('.')
    ? relative(SRC, resolve(SRC, dirname(file), target))
        .split(sep)
        .join('/')
    : undefined;

const inside = (file: string, folder: string): boolean => file.startsWith(`${folder}/`);

/** Every import that `isWrong` says is wrong, as a sentence. */
const wrongImports = (
  isWrong: (source: Source, imported: Import, file: string | undefined) => unknown,
): string[] =>
  sources.flatMap((source) =>
    source.imports
      .filter((imported) => isWrong(source, imported, resolveImport(source, imported)))
      .map(({ target }) => `${source.file} imports ${target}`),
  );

describe('directions', () => {
  test('the test sees what it judges', () => {
    expect(sources.length).toBeGreaterThan(20);
    expect(sources.flatMap(({ imports }) => imports).length).toBeGreaterThan(sources.length);
    expect(wrongImports((_, imported, file) => imported.target.startsWith('.') && !files.has(file!))).toEqual(
      [],
    );
  });

  test('pure rooms import no package that touches the world: what is pure can be proven, replayed and simulated', () => {
    expect(
      wrongImports(
        ({ room }, { target }, file) =>
          PURE.includes(room) && file === undefined && !PURE_PACKAGES.includes(target),
      ),
    ).toEqual([]);
  });

  test('pure rooms have no clock, no unseeded randomness, no async: (state, event, now) alone decides', () => {
    const impure = sources
      .filter(({ room, code }) => PURE.includes(room) && IMPURE.test(code))
      .map(({ file, code }) => `${file} uses ${IMPURE.exec(code)![0]}`);
    expect(impure).toEqual([]);
  });

  test('rooms import only what stands below them: a plan is data, decisions know no executor', () => {
    expect(
      wrongImports(
        ({ room }, _, file) =>
          file &&
          room in ALLOWED &&
          !inside(file, room) &&
          !ALLOWED[room]!.some((folder) => inside(file, folder)),
      ),
    ).toEqual([]);
  });

  test('every room has its line here', () => {
    const known = [...Object.keys(ALLOWED), 'commands', 'cli', 'report'];
    expect(sources.map(({ room }) => room).filter((room) => !known.includes(room))).toEqual([]);
  });

  test('nobody imports commands, only commands import cli: what works does not know who asked', () => {
    expect(wrongImports((_, __, file) => file && inside(file, 'commands'))).toEqual([]);
    expect(
      wrongImports(({ room }, _, file) => file && inside(file, 'cli') && !['cli', 'commands'].includes(room)),
    ).toEqual([]);
  });

  test('reports render data: they import no package that touches the world, and use no clock', () => {
    expect(
      wrongImports(
        ({ room }, { kind, target }, file) =>
          room === 'report' &&
          kind !== 'type' &&
          (target.startsWith('node:') || (file && !PURE.concat('report').includes(file.split('/')[0]!))),
      ),
    ).toEqual([]);
    expect(
      sources.filter(({ room, code }) => room === 'report' && IMPURE.test(code)).map(({ file }) => file),
    ).toEqual([]);
  });

  test('commands hold no logic: flags, one lazy call, a renderer', () => {
    const works = ['engine', 'machine', 'files', 'profiling', 'serving', 'load'];
    expect(
      wrongImports(
        ({ room }, { kind }, file) =>
          room === 'commands' && kind === 'static' && file && works.includes(file.split('/')[0]!),
      ),
    ).toEqual([]);
  });

  test('native addons load by await import(): harp --help and harp plan never pay for them', () => {
    expect(wrongImports((_, { kind, target }) => kind === 'static' && LAZY.includes(target))).toEqual([]);
  });
});

describe('shape', () => {
  test('no cycles: a file can be read after what it imports', () => {
    const graph = new Map(
      sources.map((source) => [
        source.file,
        source.imports.map((i) => resolveImport(source, i)).filter((file) => file !== undefined),
      ]),
    );
    expect(findCycle(graph)).toEqual([]);
  });

  test('no folder or file is named for nothing, and there are no barrel files', () => {
    const named = sources.flatMap(({ file }) => file.replace(/\.ts$/, '').split('/'));
    expect(named.filter((name) => BANNED_NAMES.test(name))).toEqual([]);
    expect(sources.filter(({ code }) => RE_EXPORT.test(code)).map(({ file }) => file)).toEqual([]);
  });

  test(`a file is a page, never more than ${MAX_LINES} lines`, () => {
    expect(
      sources.filter(({ lines }) => lines > MAX_LINES).map(({ file, lines }) => `${file}: ${lines}`),
    ).toEqual([]);
  });

  test('a file opens by saying what it decides', () => {
    const silent = sources.filter(
      ({ file, room }) => room !== 'commands' && !readFileSync(join(SRC, file), 'utf8').startsWith('/**'),
    );
    expect(silent.map(({ file }) => file)).toEqual([]);
  });
});

/** The files of one cycle, or none. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next);
      if (cycle.length > 0) return cycle;
    }
    path.pop();
    done.add(file);
    return [];
  };
  for (const file of graph.keys()) {
    const cycle = visit(file);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
