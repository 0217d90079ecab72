/**
 * A plan as manifests of Kubernetes: one Deployment of one pod, in which `harp serve` runs all the workers of the plan on cores
 * of their own, the plan in a ConfigMap, and a Service before it. A pod is on one node: plans of several machines are not
 * torn apart here, since harp's dispatching needs all workers behind one queue.
 */
import type { FeasiblePlan, ModelReference, ModulePlan } from '../domain/plan.ts';

export type Manifest = Readonly<Record<string, unknown>>;

export interface KubernetesOptions {
  /** A container image with harp in it. */
  readonly image: string;
  /** Of the container, as Kubernetes writes it: 4Gi. What the plan says by default. */
  readonly memory: string | undefined;
}

const MODELS = '/models';
const PLAN = '/plan';
const TOKEN = '/token';
const PORTS = { http: 8000, grpc: 8001, metrics: 8002 } as const;
/** For the queue, the protocol and the metrics, beside the workers' cores. */
const FRONT_END_CORES = 1;
/** Longer than harp serve takes to answer what it has accepted. */
const GRACE_S = 60;
/** For the tensors of requests under way; containers get 64 MiB where nothing is said. */
const SHARED_MEMORY_GIB = 1;
/** Of the daemon itself, with room. */
const FRONT_END_MIB = 512;
/** Where the plan does not know what its workers take. */
const UNKNOWN_MEMORY = '4Gi';

export function toKubernetes(
  plan: FeasiblePlan,
  { image, memory: asked }: KubernetesOptions,
): { manifests: Manifest[]; warnings: string[] } {
  const name = dnsLabel(plan.application);
  const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/managed-by': 'harp' };
  const cores = workerCores(plan) + FRONT_END_CORES;
  const memory = asked ?? podMemory(plan);
  const metadata = (suffix = '') => ({ name: `${name}${suffix}`, labels });
  return {
    manifests: [
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: metadata('-plan'),
        data: { 'plan.json': `${JSON.stringify(inContainer(plan), null, 2)}\n` },
      },
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: metadata(),
        spec: {
          replicas: 1,
          // The new pod wants the cores of the old one.
          strategy: { type: 'Recreate' },
          selector: { matchLabels: { 'app.kubernetes.io/name': name } },
          template: { metadata: { labels }, spec: podSpec(name, image, { cpu: String(cores), memory }) },
        },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: metadata(),
        spec: {
          selector: { 'app.kubernetes.io/name': name },
          ports: Object.entries(PORTS).map(([port, number]) => ({
            name: port,
            port: number,
            targetPort: port,
          })),
        },
      },
    ],
    warnings: warningsOf(plan, name, memory),
  };
}

/** @param resources requests that equal limits, in whole cores: what a node gives a pod for itself */
function podSpec(name: string, image: string, resources: { cpu: string; memory: string }): Manifest {
  return {
    terminationGracePeriodSeconds: GRACE_S,
    containers: [
      {
        name: 'harp',
        image,
        args: [
          'serve',
          `${PLAN}/plan.json`,
          '--http',
          `0.0.0.0:${PORTS.http}`,
          '--token-file',
          `${TOKEN}/token`,
        ],
        ports: Object.entries(PORTS).map(([port, number]) => ({ name: port, containerPort: number })),
        resources: { requests: resources, limits: resources },
        livenessProbe: { httpGet: { path: '/v2/health/live', port: 'http' }, initialDelaySeconds: 10 },
        readinessProbe: { httpGet: { path: '/v2/health/ready', port: 'http' }, periodSeconds: 2 },
        volumeMounts: [
          { name: 'plan', mountPath: PLAN, readOnly: true },
          { name: 'models', mountPath: MODELS, readOnly: true },
          { name: 'token', mountPath: TOKEN, readOnly: true },
          { name: 'shared-memory', mountPath: '/dev/shm' },
        ],
      },
    ],
    volumes: [
      { name: 'plan', configMap: { name: `${name}-plan` } },
      { name: 'models', persistentVolumeClaim: { claimName: `${name}-models`, readOnly: true } },
      { name: 'token', secret: { secretName: `${name}-token` } },
      { name: 'shared-memory', emptyDir: { medium: 'Memory', sizeLimit: `${SHARED_MEMORY_GIB}Gi` } },
    ],
  };
}

/** Workers are whole: a part of a machine is one, too. */
const workerCores = ({ modules }: FeasiblePlan): number =>
  modules
    .flatMap(({ allocations }) => allocations)
    .reduce((sum, { machines, cores }) => sum + Math.ceil(machines - 1e-9) * Math.ceil(cores), 0);

/** What the workers took when they were measured, together; undefined where that is not known of all. */
function workersMiB({ modules }: FeasiblePlan): number | undefined {
  const allocations = modules.flatMap((module) => module.allocations);
  if (allocations.some(({ memoryMiB }) => memoryMiB === undefined)) return undefined;
  return allocations.reduce(
    (sum, { machines, memoryMiB }) => sum + Math.ceil(machines - 1e-9) * memoryMiB!,
    0,
  );
}

/** Rounded up to a quarter of a GiB. */
function podMemory(plan: FeasiblePlan): string {
  const workers = workersMiB(plan);
  if (workers === undefined) return UNKNOWN_MEMORY;
  return `${Math.ceil((workers + FRONT_END_MIB + 1024 * SHARED_MEMORY_GIB) / 256) * 256}Mi`;
}

const modelPath = ({ name }: ModulePlan): string => `${MODELS}/${name}.onnx`;

const inContainer = (plan: FeasiblePlan): FeasiblePlan => ({
  ...plan,
  modules: plan.modules.map((module) =>
    module.model === undefined ? module : { ...module, model: modelInContainer(module, module.model) },
  ),
});

/** Nothing but the file is there. */
const modelInContainer = (module: ModulePlan, { original, profile, ...model }: ModelReference) => ({
  ...model,
  file: modelPath(module),
});

/** Lower case, digits and dashes, 63 characters at most less what is hung on. */
export const dnsLabel = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replaceAll(/^-+|-+$/g, '') || 'harp';

function warningsOf(plan: FeasiblePlan, name: string, memory: string): string[] {
  const cores = workerCores(plan) + FRONT_END_CORES;
  const workers = workersMiB(plan);
  const allocations = plan.modules.flatMap((module) => module.allocations);
  const kinds = [...new Set(allocations.map(({ hardware }) => hardware))];
  const large = kinds.filter((kind) => (plan.hardware[kind]?.cores ?? Number.POSITIVE_INFINITY) < cores);
  const models = plan.modules.map(modelPath);
  return [
    `The pod wants the claim "${name}-models" with ${models.join(', ')}, and the secret "${name}-token" with a key "token" of 16 characters at least.`,
    `The pod wants ${cores} cores: ${cores - FRONT_END_CORES} for the workers and ${FRONT_END_CORES} for the daemon itself.`,
    workers === undefined
      ? `The plan does not know how much memory it takes: the pod gets ${memory}, tensors under way included; --memory says another.`
      : `The workers took ${Math.ceil(workers)} MiB together when they were measured: with the daemon and tensors under way the pod gets ${memory}; --memory says another.`,
    'Its workers have cores of their own only where the node’s CPU manager policy is static.',
    `It is served only on machines like those that were profiled (${kinds.join(', ')}): choose the nodes with a nodeSelector.`,
    kinds.length > 1 &&
      `The plan buys several kinds of machines (${kinds.join(', ')}), and a pod is on one node.`,
    large.length > 0 &&
      `The pod wants ${cores} cores, more than ${large.join(', ')} has: no such node can run it.`,
    plan.billing === 'proportional' &&
      'The plan pays for parts of machines; here they are whole, and idle for the rest.',
  ].filter((warning) => warning !== false);
}
