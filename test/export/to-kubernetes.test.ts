/** Plans as manifests of Kubernetes: whether what they say fits together, and is what harp serve takes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import Export from '../../src/commands/export.ts';
import Serve from '../../src/commands/serve.ts';
import { type FeasiblePlan, planSchema } from '../../src/domain/plan.ts';
import { dnsLabel } from '../../src/export/to-kubernetes.ts';
import { runCommand } from '../commands/run-command.ts';
import { planOf } from '../plan-of.ts';

let folder: string;
const path = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-kubernetes-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const toKubernetes = (plan: FeasiblePlan, ...argv: string[]) => {
  writeFileSync(path('app.plan.json'), JSON.stringify(plan));
  return runCommand(Export, [path('app.plan.json'), '--to', 'kubernetes', ...argv]);
};

// biome-ignore lint/suspicious/noExplicitAny: manifests of any kind
type Manifest = any;

async function manifestsOf(plan: FeasiblePlan, ...argv: string[]): Promise<Record<string, Manifest>> {
  const { stdout } = await toKubernetes(plan, ...argv);
  return Object.fromEntries(
    parseAllDocuments(stdout).map((document) => [document.toJS().kind, document.toJS()]),
  );
}

const PLAN = planOf('Traffic Watch', [
  { name: 'detect', machines: 2.4, file: 'somewhere/detect.onnx' },
  { name: 'read', after: ['detect'], inputs: [{ name: 'y', datatype: 'FP32', shape: ['batch', 2] }] },
]);

describe('harp export --to kubernetes', () => {
  test('holds the plan, with models where the pod has them', async () => {
    const { ConfigMap } = await manifestsOf(PLAN);
    const plan = planSchema.parse(JSON.parse(ConfigMap.data['plan.json']));
    expect(plan.feasible && plan.modules.map(({ model }) => model?.file)).toEqual([
      '/models/detect.onnx',
      '/models/read.onnx',
    ]);
  });

  test('runs harp serve with flags that it has, on cores of its own for every worker and the front end', async () => {
    const { Deployment } = await manifestsOf(PLAN, '--image', 'registry.example/harp:1', '--memory', '2Gi');
    const [container] = Deployment.spec.template.spec.containers;
    expect(container.image).toBe('registry.example/harp:1');
    const [command, plan, ...argv] = container.args;
    expect([command, plan]).toEqual(['serve', '/plan/plan.json']);
    const flags = argv.filter((word: string) => word.startsWith('--')).map((word: string) => word.slice(2));
    expect(flags.filter((flag: string) => !(flag in Serve.flags))).toEqual([]);
    // Three and one workers, and one more.
    expect(container.resources).toEqual({
      requests: { cpu: '5', memory: '2Gi' },
      limits: { cpu: '5', memory: '2Gi' },
    });
  });

  test('fits together: labels, volumes, ports', async () => {
    const { ConfigMap, Deployment, Service } = await manifestsOf(PLAN);
    const { template, selector } = Deployment.spec;
    const [container] = template.spec.containers;
    expect(template.metadata.labels).toMatchObject(selector.matchLabels);
    expect(template.metadata.labels).toMatchObject(Service.spec.selector);
    const volumes: Manifest[] = template.spec.volumes;
    expect(container.volumeMounts.map(({ name }: Manifest) => name)).toEqual(volumes.map(({ name }) => name));
    expect(volumes[0].configMap.name).toBe(ConfigMap.metadata.name);
    const ports = container.ports.map(({ name }: Manifest) => name);
    expect(Service.spec.ports.map(({ targetPort }: Manifest) => targetPort)).toEqual(ports);
    expect(ports).toContain(container.readinessProbe.httpGet.port);
  });

  test('says what a pod cannot be told, in the file and beside it', async () => {
    const other = PLAN.modules[1]!;
    const plan: FeasiblePlan = {
      ...PLAN,
      billing: 'proportional',
      hardware: { local: { pricePerHour: 1, cores: 2 } },
      modules: [
        PLAN.modules[0]!,
        { ...other, allocations: other.allocations.map((each) => ({ ...each, hardware: 'far' })) },
      ],
    };
    const { stdout, stderr } = await toKubernetes(plan);
    for (const sentence of [
      /wants 5 cores: 4 for the workers and 1 for the daemon/,
      /does not know how much memory it takes: the pod gets 4Gi/,
      /wants the claim "traffic-watch-models" with \/models\/detect\.onnx, \/models\/read\.onnx/,
      /several kinds of machines \(local, far\), and a pod is on one node/,
      /wants 5 cores, more than local has/,
      /pays for parts of machines/,
    ]) {
      expect(stderr).toMatch(sentence);
      expect(
        stdout
          .split('\n')
          .filter((line) => line.startsWith('# '))
          .join('\n'),
      ).toMatch(sentence);
    }
  });

  test('takes the memory that the workers took when measured, unless another is asked for', async () => {
    const known = (memoryMiB: number): FeasiblePlan => ({
      ...PLAN,
      modules: PLAN.modules.map((module) => ({
        ...module,
        allocations: module.allocations.map((each) => ({ ...each, memoryMiB })),
      })),
    });
    const memoryOf = async (...argv: string[]): Promise<string> =>
      (await manifestsOf(known(300), ...argv)).Deployment.spec.template.spec.containers[0].resources.limits
        .memory;
    // Four workers, the daemon and shared memory: 2736 MiB.
    expect(await memoryOf()).toBe('2816Mi');
    expect(await memoryOf('--memory', '8Gi')).toBe('8Gi');
    expect((await toKubernetes(known(300))).stderr).toContain('The workers took 1200 MiB together');
  });

  test('refuses what harp serve would refuse', async () => {
    const modules = PLAN.modules.map((module) => ({ ...module, inputs: { y: 'detect.nothing' } }));
    const { stdout, stderr, exitCode } = await toKubernetes({
      ...PLAN,
      modules: [PLAN.modules[0]!, modules[1]!],
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('read');
  });

  test('writes a file where it is asked to', async () => {
    const { stdout } = await toKubernetes(PLAN, '--out', path('app.yaml'));
    expect(stdout).toBe(`wrote ${path('app.yaml')}\n`);
    expect(parseAllDocuments(readFileSync(path('app.yaml'), 'utf8'))).toHaveLength(3);
  });
});

test.each([
  ['Traffic Watch', 'traffic-watch'],
  ['--', 'harp'],
  ['x'.repeat(80), 'x'.repeat(50)],
  [`${'x'.repeat(49)}-y`, 'x'.repeat(49)],
])('%s is %s as a name of Kubernetes', (name, label) => {
  expect(dnsLabel(name)).toBe(label);
});
