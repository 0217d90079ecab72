/** Plans as model repositories of Triton, read back by protobufjs against the published fields of ModelConfig. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import { fromText } from 'protobufjs/ext/textformat.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import Export from '../../src/commands/export.ts';
import type { ExportedPlan } from '../../src/domain/export.ts';
import type { FeasiblePlan } from '../../src/domain/plan.ts';
import { createModel } from '../../src/engine/onnx/create-model.ts';
import { runCommand } from '../commands/run-command.ts';
import { type PlannedModule, planOf, tensor } from '../plan-of.ts';

const PROTO = fileURLToPath(new URL('model-config.proto', import.meta.url));
const ModelConfig = protobuf
  .parse(readFileSync(PROTO, 'utf8'), { keepCase: true })
  .root.lookupType('inference.ModelConfig');

interface Tensor {
  readonly name: string;
  readonly data_type: string;
  readonly dims: readonly number[];
}

interface Config {
  readonly name: string;
  readonly max_batch_size: number;
  readonly input: readonly Tensor[];
  readonly output: readonly Tensor[];
  readonly ensemble_scheduling: {
    readonly step: readonly {
      readonly model_name: string;
      readonly input_map: Readonly<Record<string, string>>;
      readonly output_map: Readonly<Record<string, string>>;
    }[];
  };
}

/** @throws Error for a field, type or enum that Triton's schema does not have */
const read = (text: string): Config =>
  ModelConfig.toObject(fromText(ModelConfig, text), { longs: Number, enums: String, oneofs: true }) as Config;

let folder: string;
const path = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-triton-'));
  writeFileSync(path('mlp.onnx'), createModel('mlp', { seed: 1 }));
});
afterAll(() => rmSync(folder, { recursive: true }));

const toTriton = (plan: FeasiblePlan, ...argv: string[]) => {
  writeFileSync(path('app.plan.json'), JSON.stringify(plan));
  return runCommand(Export, [path('app.plan.json'), '--to', 'triton', ...argv]);
};

async function exported(plan: FeasiblePlan): Promise<ExportedPlan & { configs: Record<string, Config> }> {
  const document: ExportedPlan = JSON.parse((await toTriton(plan, '--json')).stdout);
  const configs = document.files.flatMap((file) =>
    file.path.endsWith('/config.pbtxt') ? [[file.path.split('/')[0]!, read(file.content!)]] : [],
  );
  return { ...document, configs: Object.fromEntries(configs) };
}

/** With its one allocation changed, and others like it. */
function withAllocations(
  plan: FeasiblePlan,
  ...changes: Partial<FeasiblePlan['modules'][number]['allocations'][number]>[]
): FeasiblePlan {
  const [module, ...others] = plan.modules;
  const allocations = changes.map((change, index) => ({
    ...module!.allocations[0]!,
    rank: 1 + index,
    ...change,
  }));
  return { ...plan, modules: [{ ...module!, allocations }, ...others] };
}

describe('a module', () => {
  test('is a model whose instances, batches and time limits are the plan’s', async () => {
    const plan = planOf('classify', [
      { name: 'classify', batchSize: 8, durationMs: 60, machines: 3, budgetMs: 100 },
    ]);
    const { configs, files } = await exported({
      ...plan,
      hardware: { local: { pricePerHour: 1, cores: 4 } },
    });
    expect(files.map((file) => file.path)).toEqual(['classify/config.pbtxt']);
    expect(configs.classify).toEqual({
      name: 'classify',
      backend: 'onnxruntime',
      max_batch_size: 8,
      input: [{ name: 'x', data_type: 'TYPE_FP32', dims: [2] }],
      output: [{ name: 'y', data_type: 'TYPE_FP32', dims: [2] }],
      instance_group: [{ name: 'classify-1-local', count: 3, kind: 'KIND_CPU' }],
      dynamic_batching: {
        preferred_batch_size: [8],
        max_queue_delay_microseconds: 40_000,
        default_queue_policy: {
          timeout_action: 'REJECT',
          default_timeout_microseconds: 40_000,
          allow_timeout_override: true,
        },
      },
      scheduling_choice: 'dynamic_batching',
      parameters: {
        intra_op_thread_count: { string_value: '1' },
        inter_op_thread_count: { string_value: '1' },
      },
    });
  });

  test('has lengths where the plan has them, names as they are, and every type that Triton has', async () => {
    const inputs = [
      { name: 'a "quoted\\name"', datatype: 'BOOL' as const, shape: ['batch', 'seq', 3] },
      { name: 'é\n', datatype: 'UINT8' as const, shape: ['batch', 5] },
    ];
    const plan = planOf('m', [{ name: 'm', inputs }]);
    const [module] = plan.modules;
    const { configs } = await exported({
      ...plan,
      modules: [{ ...module!, model: { ...module!.model!, dims: { seq: 7 } } }],
    });
    expect(configs.m!.input).toEqual([
      { name: 'a "quoted\\name"', data_type: 'TYPE_BOOL', dims: [7, 3] },
      { name: 'é\n', data_type: 'TYPE_UINT8', dims: [5] },
    ]);
  });

  test('of a fixed batch is not batched', async () => {
    const inputs = [{ name: 'x', datatype: 'FP32' as const, shape: [4, 2] }];
    const outputs = [{ name: 'y', datatype: 'FP32' as const, shape: [4, 2] }];
    const { configs, warnings } = await exported(planOf('m', [{ name: 'm', inputs, outputs }]));
    expect(configs.m).toMatchObject({
      max_batch_size: 0,
      input: [{ dims: [4, 2] }],
      output: [{ dims: [4, 2] }],
    });
    expect(configs.m).not.toHaveProperty('dynamic_batching');
    expect(warnings).toContainEqual(expect.stringContaining('its batch is fixed in the model'));
  });
});

describe('what Triton cannot be told', () => {
  const one = planOf('m', [{ name: 'm' }]);
  test.each<[string, FeasiblePlan, RegExp]>([
    [
      'several batch sizes',
      withAllocations(one, { batchSize: 8 }, { batchSize: 2 }),
      /batch size of its own \(rank 1: 8, rank 2: 2\)/,
    ],
    ['several core counts', withAllocations(one, { cores: 4 }, { cores: 1 }), /different cores \(4, 1\)/],
    [
      'several kinds',
      withAllocations(one, { hardware: 'big' }, { hardware: 'small' }),
      /several kinds of machines \(big, small\)/,
    ],
    ['parts of machines', withAllocations(one, { machines: 0.25 }), /became whole ones \(0\.250\)/],
    ['where it computes', one, /whether local computes on a GPU/],
    ['deadlines', one, /not of their deadlines/],
    ['cores of its own', one, /the cores of an instance are not its own/],
    ['a model that is not there', one, /put it at m\/1\/model\.onnx/],
  ])('%s: said as a warning, and where it would stand', async (_, plan, sentence) => {
    const { warnings, files } = await exported(plan);
    expect(warnings).toContainEqual(expect.stringMatching(sentence));
    expect(
      files[0]!
        .content!.split('\n')
        .filter((line) => line.startsWith('#'))
        .join('\n'),
    ).toMatch(sentence);
  });

  test('whole machines of one kind with one batch size have none of those', async () => {
    const { warnings } = await exported({ ...one, hardware: { local: { pricePerHour: 1, cores: 4 } } });
    expect(warnings).toHaveLength(3);
  });
});

/** Every tensor that a step takes is there, of the same type and shape, before the step; the answer's are made once each. */
function checkEnsemble(ensemble: Config, models: Readonly<Record<string, Config>>): void {
  const bare = ({ data_type, dims }: Tensor) => ({ data_type, dims });
  const made = new Map(ensemble.input.map((each) => [each.name, bare(each)]));
  for (const { model_name, input_map, output_map } of ensemble.ensemble_scheduling.step) {
    const model = models[model_name]!;
    expect(Object.keys(input_map).sort()).toEqual(model.input.map(({ name }) => name).sort());
    for (const input of model.input) expect(made.get(input_map[input.name]!)).toEqual(bare(input));
    for (const [output, name] of Object.entries(output_map)) {
      expect(made.has(name)).toBe(false);
      made.set(name, bare(model.output.find((each) => each.name === output)!));
    }
    expect(ensemble.max_batch_size).toBeLessThanOrEqual(model.max_batch_size);
  }
  for (const output of ensemble.output) expect(made.get(output.name)).toEqual(bare(output));
}

describe('an application', () => {
  const chain: PlannedModule[] = [
    {
      name: 'detect',
      batchSize: 8,
      inputs: [tensor('images', 3)],
      outputs: [tensor('crops', 2), tensor('boxes', 4)],
    },
    { name: 'read', after: ['detect'], inputs: [tensor('crops', 2)], outputs: [tensor('text', 5)] },
  ];

  test('is an ensemble of its modules', async () => {
    const { configs, files } = await exported(planOf('traffic', chain));
    checkEnsemble(configs.traffic!, configs);
    expect(configs.traffic!.ensemble_scheduling.step).toEqual([
      {
        model_name: 'detect',
        model_version: -1,
        input_map: { images: 'images' },
        output_map: { crops: 'detect.crops' },
      },
      {
        model_name: 'read',
        model_version: -1,
        input_map: { crops: 'detect.crops' },
        output_map: { text: 'text' },
      },
    ]);
    expect(files.map((file) => file.path)).toEqual([
      'detect/config.pbtxt',
      'read/config.pbtxt',
      'traffic/config.pbtxt',
      'traffic/1/.keep',
    ]);
  });

  test('that forks and joins is one, too', async () => {
    const { configs } = await exported(
      planOf('fork', [
        ...chain,
        {
          name: 'count',
          after: ['detect'],
          sources: { x: 'detect.boxes' },
          inputs: [tensor('x', 4)],
          outputs: [tensor('n', 1)],
        },
        {
          name: 'join',
          after: ['read', 'count'],
          sources: { mask: 'request.mask' },
          inputs: [tensor('text', 5), tensor('n', 1), tensor('mask', 2)],
          outputs: [tensor('answer', 1)],
        },
      ]),
    );
    checkEnsemble(configs.fork!, configs);
    expect(configs.fork!.input.map(({ name }) => name)).toEqual(['images', 'mask']);
  });

  test('of one module under another name is an ensemble of one', async () => {
    const { configs } = await exported(planOf('service', [{ name: 'm' }]));
    checkEnsemble(configs.service!, configs);
  });

  test.each<[string, PlannedModule[], RegExp]>([
    [
      'rows that are tasks of their own',
      [
        chain[0]!,
        { ...chain[1]!, rows: 'split', inputs: [{ name: 'crops', datatype: 'FP32', shape: ['batch'] }] },
      ],
      /"read" takes each row as a request of its own/,
    ],
    [
      'several runs a request',
      [chain[0]!, { ...chain[1]!, perRequest: 1.8 }],
      /"read" runs 1\.8 times a request/,
    ],
    [
      'one name for two tensors',
      [{ name: 'a', inputs: [tensor('x', 2)], outputs: [tensor('x', 2)] }],
      /"x" is both a tensor of the request and of the answer/,
    ],
  ])('is none where it has %s, and that is said', async (_, modules, sentence) => {
    const { configs, warnings } = await exported(planOf('app', modules));
    expect(configs).not.toHaveProperty('app');
    expect(warnings.at(-1)).toMatch(sentence);
  });
});

describe('harp export --to triton --out', () => {
  const plan = planOf('app', [
    { name: 'app', file: 'mlp.onnx', inputs: [tensor('features', 128)], outputs: [tensor('logits', 10)] },
  ]);

  test('writes the repository, models included, and nothing over what is something else', async () => {
    const repository = path('repository');
    const { stdout, stderr, exitCode } = await toTriton(plan, '--out', repository);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`wrote ${repository}/app/config.pbtxt\nwrote ${repository}/app/1/model.onnx\n`);
    expect(stderr).toContain('app: the cores of an instance are not its own');
    expect(readFileSync(join(repository, 'app/1/model.onnx')).equals(readFileSync(path('mlp.onnx')))).toBe(
      true,
    );
    expect(read(readFileSync(join(repository, 'app/config.pbtxt'), 'utf8')).name).toBe('app');

    const again = await toTriton(plan, '--out', repository);
    expect(again.exitCode).toBe(0);
    const other = planOf('app', [{ name: 'app', machines: 2 }]);
    const refused = await toTriton(other, '--out', repository);
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('holds something else') });
    expect((await toTriton(other, '--out', repository, '--force')).exitCode).toBe(0);
  });

  test.each(['../outside', '..', 'a/b', '', 'a\nb'])(
    'a module called "%s" is refused: it would lie elsewhere',
    async (name) => {
      const { exitCode, stderr } = await toTriton(planOf('app', [{ name }]), '--out', path('elsewhere'));
      expect({ exitCode, stderr }).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining('not a name'),
      });
      expect(existsSync(path('elsewhere'))).toBe(false);
    },
  );

  test('without --out prints, and writes nothing', async () => {
    const { stdout } = await toTriton(plan);
    expect(stdout).toContain('# app/config.pbtxt\n');
    expect(stdout).toContain(`# app/1/model.onnx is a copy of ${path('mlp.onnx')}`);
    expect(existsSync('app')).toBe(false);
  });
});
