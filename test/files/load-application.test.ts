import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HarpError } from '../../src/domain/errors.ts';
import { loadApplication } from '../../src/files/load-application.ts';
import { relativeTo } from '../../src/files/save-plan.ts';
import { planOf } from '../plan-of.ts';

let folder: string;
const path = (name: string): string => join(folder, name);
const put = (name: string, content: unknown): string => {
  writeFileSync(path(name), typeof content === 'string' ? content : JSON.stringify(content));
  return path(name);
};

const latencyMs = { mean: 80, p50: 79, p95: 100, p99: 120, min: 70, max: 130, stddev: 5 };
const profile = (changes: object = {}) => ({
  schemaVersion: 1,
  kind: 'profile',
  model: { name: 'net', file: 'models/net.onnx', sha256: 'abc' },
  points: [{ hardware: 'gpu-a', cores: 1, batchSize: 2, durationMs: 100, latencyMs }],
  ...changes,
});
const application = (changes: object = {}) => ({
  schemaVersion: 1,
  name: 'app',
  rateRps: 10,
  sloMs: 500,
  modules: { only: { profile: 'net.profile.json' } },
  hardware: { 'gpu-a': { pricePerHour: 2 } },
  ...changes,
});

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-application-'));
  put('net.profile.json', profile());
  put('prices.yaml', 'hardware: { gpu-a: { pricePerHour: 3, cores: 2, asOf: 2026-01-02, source: mine } }');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('an application', () => {
  test('comes with points, prices and the model of each module, parents first', () => {
    const loaded = loadApplication(
      put(
        'pipeline.app.yaml',
        application({
          modules: {
            last: {
              profile: ['net.profile.json'],
              after: ['first'],
              perRequest: 2,
              inputs: { x: 'first.y' },
            },
            first: { profile: 'net.profile.json', rows: 'split' },
          },
        }),
      ),
    );
    expect(loaded).toMatchObject({
      name: 'app',
      rateRps: 10,
      sloMs: 500,
      hardware: { 'gpu-a': { pricePerHour: 2 } },
      modules: [
        { name: 'first', after: [], perRequest: 1, rows: 'split' },
        { name: 'last', after: ['first'], perRequest: 2, inputs: { x: 'first.y' } },
      ],
    });
    expect(loaded.modules[0]).toMatchObject({
      points: [{ hardware: 'gpu-a', batchSize: 2, durationMs: 100 }],
      model: { name: 'net', file: path('models/net.onnx'), sha256: 'abc' },
    });
  });

  test('flags go before what the file says', () => {
    const loaded = loadApplication(put('a.app.yaml', application()), {
      rateRps: 7,
      sloMs: 70,
      statistic: 'p99',
    });
    expect([loaded.rateRps, loaded.sloMs, loaded.modules[0]!.points[0]!.durationMs]).toEqual([7, 70, 120]);
  });

  test("prices come from the application before --prices before harp's own", () => {
    const priceOf = (hardware: object | undefined, pricesFile?: string) =>
      loadApplication(put('b.app.yaml', application({ hardware })), { pricesFile }).hardware['gpu-a'];
    expect(priceOf(undefined, path('prices.yaml'))).toEqual({
      pricePerHour: 3,
      cores: 2,
      asOf: '2026-01-02',
      source: 'mine',
    });
    // The price is another, so its date and source are not those of the table below; the machine is the same.
    expect(priceOf({ 'gpu-a': { pricePerHour: 2 } }, path('prices.yaml'))).toEqual({
      pricePerHour: 2,
      cores: 2,
    });
    expect(loadApplication('profiles/traffic.app.yaml').hardware['c7i.xlarge']).toMatchObject({
      pricePerHour: 0.1785,
      cores: 4,
    });
  });

  test('serves the file that the module names; then the content is not the one profiled', () => {
    const modules = { only: { profile: 'net.profile.json', model: 'other.onnx' } };
    const [module] = loadApplication(put('c.app.yaml', application({ modules }))).modules;
    expect(module!.model).toEqual({
      name: 'net',
      profile: path('net.profile.json'),
      file: path('other.onnx'),
    });
  });

  test('names the model that the user has beside the one that was lifted from it, as a plan that is saved does', () => {
    const model = {
      name: 'net',
      file: 'net.lifted.onnx',
      lifted: { from: '../net.onnx', sha256: 'abc', axis: 'batch', comparedRows: 4 },
    };
    const file = put('lifted.profile.json', profile({ model }));
    const [module] = loadApplication(file, {
      rateRps: 1,
      sloMs: 500,
      pricesFile: path('prices.yaml'),
    }).modules;
    expect(module!.model).toEqual({
      name: 'net',
      file: path('net.lifted.onnx'),
      original: path('../net.onnx'),
      profile: file,
    });
    const plan = planOf('net', [{ name: 'net' }]);
    const modules = plan.modules.map((planned) => ({ ...planned, model: module!.model }));
    expect(relativeTo(folder, { ...plan, modules })).toMatchObject({
      modules: [
        { model: { file: 'net.lifted.onnx', original: '../net.onnx', profile: 'lifted.profile.json' } },
      ],
    });
  });

  test('the hardware "local" has the cores and the memory of the machine profiled, once', () => {
    put(
      'local.profile.json',
      profile({
        points: [{ hardware: 'local', cores: 1, batchSize: 1, durationMs: 9 }],
        machine: { cpuModel: 'a cpu', cores: 2, memoryMiB: 1024, limits: { memoryLimitMiB: 512 } },
      }),
    );
    const modules = { only: { profile: 'local.profile.json' } };
    expect(
      loadApplication(put('d.app.yaml', application({ modules, hardware: undefined }))).hardware.local,
    ).toMatchObject({ cores: 2, count: 1, memoryMiB: 512 });
    const hardware = { local: { pricePerHour: 1, memoryMiB: 4096, count: 3 } };
    expect(
      loadApplication(put('d.app.yaml', application({ modules, hardware }))).hardware.local,
    ).toMatchObject({
      ...hardware.local,
      cores: 2,
    });
  });

  test.each([
    ['webgpu', { cpuModel: 'a cpu', provider: 'webgpu', gpus: ['a gpu'] }],
    ['cpu', { cpuModel: 'a cpu', provider: 'cpu' }],
  ])('remembers what it was measured on by %s: GPUs where one computed', (provider, measuredOn) => {
    put(
      'measured.profile.json',
      profile({
        machine: { cpuModel: 'a cpu', cores: 2, memoryMiB: 1024, gpus: [{ name: 'a gpu', driver: '1' }] },
        runtime: { provider },
      }),
    );
    const modules = { only: { profile: 'measured.profile.json' } };
    const [module] = loadApplication(put('e.app.yaml', application({ modules }))).modules;
    expect(module!.measuredOn).toEqual({ 'gpu-a': measuredOn });
  });
});

describe('cores that may change', () => {
  const point = { hardware: 'gpu-a', batchSize: 2, durationMs: 100 };
  const points = [1, 2, 4].map((cores) => ({ ...point, cores }));
  beforeAll(() => put('several.profile.json', profile({ points })));
  const withCores = (cores: unknown) =>
    put(
      'scaled.app.yaml',
      application({ scaling: 'vertical', modules: { only: { profile: 'several.profile.json', cores } } }),
    );

  test('are said by the application, and within which range', () => {
    const { scaling, modules } = loadApplication(withCores([2, 4]));
    expect(scaling).toBe('vertical');
    expect(modules[0]!.points.map(({ cores }) => cores)).toEqual([2, 4]);
  });

  test.each([
    [
      'that was not profiled',
      [5, 8],
      /nothing was profiled on so many cores.*expected cores of its profiles: 1, 2, 4/,
    ],
    ['that ends before it begins', [4, 2], /the fewest cores come first/],
  ])('not in a range %s', (_, cores, message) => {
    expect(() => loadApplication(withCores(cores))).toThrow(message);
  });
});

describe('a profile alone', () => {
  test('is an application of one module', () => {
    const loaded = loadApplication(path('net.profile.json'), {
      rateRps: 5,
      sloMs: 300,
      pricesFile: path('prices.yaml'),
    });
    expect(loaded).toMatchObject({
      name: 'net',
      rateRps: 5,
      sloMs: 300,
      modules: [{ name: 'net', after: [] }],
    });
  });

  test('needs a rate and an SLO', () => {
    expect(() => loadApplication(path('net.profile.json'), { rateRps: 5 })).toThrow(/--rate and --slo/);
  });
});

describe('what is wrong is named', () => {
  const failure = (changes: object): HarpError => {
    try {
      loadApplication(put('bad.app.yaml', application(changes)));
    } catch (error) {
      if (error instanceof HarpError) return error;
      throw error;
    }
    throw new Error('it loaded');
  };
  const net = 'net.profile.json';
  const withProfile = (name: string, changes: object): object => {
    put(name, profile(changes));
    return { modules: { a: { profile: [name] } } };
  };

  test.each<[string, () => object, string[]]>([
    ['a negative rate', () => ({ rateRps: -5 }), ['bad.app.yaml: rateRps', 'a number > 0', '-5']],
    ['an SLO of zero', () => ({ sloMs: 0 }), ['sloMs', 'a number > 0']],
    [
      'a cycle',
      () => ({ modules: { a: { profile: net, after: ['b'] }, b: { profile: net, after: ['a'] } } }),
      ['cycle', 'a after b after a'],
    ],
    [
      'an unknown parent',
      () => ({ modules: { a: { profile: net, after: ['z'] } } }),
      ['modules.a.after', 'unknown module "z"'],
    ],
    [
      'a missing profile',
      () => ({ modules: { a: { profile: 'none.json' } } }),
      ['modules.a.profile', 'no such profile', 'none.json'],
    ],
    [
      'a profile of another version',
      () => withProfile('v2.json', { schemaVersion: 2 }),
      ['v2.json: schemaVersion', 'expected 1', 'got 2'],
    ],
    [
      'a profile without points',
      () => withProfile('empty.json', { points: [] }),
      ['empty.json: points', 'no point'],
    ],
    [
      'the same point twice',
      () => ({ modules: { a: { profile: [net, net] } } }),
      ['two durations for batch 2 on 1 core of gpu-a'],
    ],
    [
      'profiles of different models',
      () => {
        put('other.json', profile({ model: { name: 'net', sha256: 'def' } }));
        return { modules: { a: { profile: [net, 'other.json'] } } };
      },
      ['other.json', 'different models', 'abc', 'def'],
    ],
    [
      'profiles of a model with other weights beside it',
      () => {
        const beside = (sha256: string) => ({
          name: 'net',
          sha256: 'abc',
          externalData: [{ file: 'w.bin', sha256 }],
        });
        put('then.json', profile({ model: beside('11') }));
        put('now.json', profile({ model: beside('22') }));
        return { modules: { a: { profile: [net, 'then.json', 'now.json'] } } };
      },
      ['now.json', 'different external data', 'w.bin of sha256 11 as in', 'w.bin of sha256 22'],
    ],
    ['hardware without a price', () => ({ hardware: {} }), ['hardware.gpu-a', 'no price']],
    [
      'hardware that is too small',
      () => ({ hardware: { 'gpu-a': { pricePerHour: 1, cores: 0.5 } } }),
      ['modules.only', 'at most 0.5 cores of gpu-a'],
    ],
  ])('%s', (_, changes, parts) => {
    const { code, message } = failure(changes());
    expect(code).toBe('bad-input');
    for (const part of parts) expect(message).toContain(part);
  });

  test('hardware without a price, with the price that is nearly called so', () => {
    expect(failure({ hardware: { 'gpu-aa': { pricePerHour: 1 } } }).details.hint).toBe(
      'There is a price for "gpu-aa": if it is this hardware\'s, call it "gpu-a". Otherwise add "hardware: { gpu-a: { pricePerHour: … } }" to the application or to a file for --prices.',
    );
  });

  test('an empty file', () => {
    expect(() => loadApplication(put('empty.app.yaml', '# nothing yet'))).toThrow(
      /empty.app.yaml: there is nothing in it$/,
    );
  });

  test.each([
    ['one of a list', { modules: { a: { profile: net }, b: { profile: net, after: 'a' } } }, '[a]'],
    ['a price alone', { hardware: { 'gpu-a': 0.1 } }, '{ pricePerHour: 0.1 }'],
    ['a profile alone', { modules: { a: net } }, '{ profile: net.profile.json }'],
  ])('%s, with how it is written in full', (_, changes, form) => {
    expect(failure(changes).details.hint).toBe(`Write it in full: ${form}`);
  });

  test.each([
    ['at the top', { slo: 5 }, 'sloMs'],
    ['in a module', { modules: { only: { profile: net, perRequests: 2 } } }, 'perRequest'],
    ['of hardware', { hardware: { 'gpu-a': { pricePerHours: 2 } } }, 'pricePerHour'],
  ])('a misspelt field %s, with the one that was meant', (_, changes, meant) => {
    const { message, details } = failure(changes);
    expect(message).toContain('unknown field');
    expect(details.hint).toBe(`Did you mean "${meant}"?`);
  });

  test('a field that resembles none, with those there are', () => {
    const { message, details } = failure({ colour: 'red' });
    expect(message).toContain('schemaVersion, name, rateRps, sloMs, reserveMs, modules, hardware');
    expect(details.hint).toBeUndefined();
  });
});
