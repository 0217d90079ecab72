/** Wires `harp serve`: the plan, the machine's cores, and what runs the batches. */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { HarpError } from '../domain/errors.ts';
import type { FeasiblePlan, ModulePlan } from '../domain/plan.ts';
import type { InferenceWorker } from '../engine/worker-port.ts';
import { loadPlan } from '../files/load-plan.ts';
import { readText } from '../files/read-document.ts';
import { registerDaemon, unregisterDaemon } from '../files/running-daemons.ts';
import { sha256OfFile } from '../files/sha256-of-file.ts';
import type { Access } from '../serving/access.ts';
import type { WorkerOrder } from '../serving/crew.ts';
import type { Address } from '../serving/http-server.ts';
import { detachedLog } from './detach.ts';

export interface ServeOptions {
  readonly planFile: string;
  readonly http: Address;
  /** The two ports after that of HTTP by default, free ones where that is. */
  readonly grpc: Address | undefined;
  readonly metrics: Address | undefined;
  readonly tokenFile: string | undefined;
  /** PEM files; both or neither. */
  readonly tlsCertificate: string | undefined;
  readonly tlsKey: string | undefined;
  readonly emulate: boolean;
  readonly shareCores: boolean;
  /** Serve a plan of another machine or of another version of a model. */
  readonly force: boolean;
  /** Listen on addresses that others can reach. */
  readonly insecure: boolean;
  readonly queueLimit: number;
  readonly bodyLimitMiB: number;
  readonly version: string;
  readonly onEvent: (text: string) => void;
  /** Gives up starting. */
  readonly signal: AbortSignal;
}

export interface ServedWorker {
  readonly id: number;
  readonly module: string;
  readonly hardware: string;
  readonly batchSize: number;
  /** Core numbers; empty where it is emulated or cannot be confined. */
  readonly cores: readonly number[];
}

export interface Serving {
  readonly plan: FeasiblePlan;
  readonly listening: {
    readonly http: string;
    readonly grpc: string;
    readonly metrics: string;
    readonly pid: number;
  };
  readonly workers: readonly ServedWorker[];
  readonly notes: readonly string[];
  /** Answers what was accepted, and ends. */
  stop(): Promise<void>;
}

/** @throws HarpError `bad-input` for plans that cannot be served, `missing-capability` for what this machine lacks */
export async function runServe(options: ServeOptions): Promise<Serving> {
  const addresses = listeningOn(options);
  for (const [flag, address] of Object.entries(addresses)) assertLoopback(flag, address, options);
  const access = readAccess(options);
  const plan = loadPlan(options.planFile);
  const { startDaemon } = await import('../serving/daemon.ts');
  const { start, coresOf, notes } = options.emulate
    ? await emulatedWorkers()
    : await localWorkers(plan, options);
  const daemon = await startDaemon(plan, {
    ...addresses,
    access,
    queueLimit: options.queueLimit,
    bodyLimitBytes: options.bodyLimitMiB * 2 ** 20,
    version: options.version,
    startWorker: start,
    onEvent: options.onEvent,
    signal: options.signal,
  });
  const workers = daemon.workers.map(({ id, module, hardware, batchSize }) => ({
    id,
    module: plan.modules[module]!.name,
    hardware,
    batchSize,
    cores: coresOf(id),
  }));
  const { pid } = process;
  const listening = { http: daemon.url, grpc: daemon.grpcAddress, metrics: daemon.metricsUrl, pid };
  registerDaemon({
    ...listening,
    application: plan.application,
    plan: options.planFile,
    startedAt: new Date().toISOString(),
    log: detachedLog(),
  });
  const stop = async (): Promise<void> => {
    await daemon.stop();
    unregisterDaemon(pid);
  };
  return { plan, listening, workers, notes, stop };
}

interface WorkerSource {
  readonly start: (order: WorkerOrder) => InferenceWorker;
  readonly coresOf: (worker: number) => readonly number[];
  readonly notes: readonly string[];
}

async function emulatedWorkers(): Promise<WorkerSource> {
  const { startEmulatedWorker } = await import('../engine/emulated-worker.ts');
  const { allocationDurations } = await import('../policy/configure-policy.ts');
  return {
    start: ({ planned, module, outputs }) =>
      startEmulatedWorker({ durationMs: allocationDurations(module, planned.type).durationMs, outputs }),
    coresOf: () => [],
    notes: ['Emulated: batches take their planned time and answer zeros.'],
  };
}

async function localWorkers(
  plan: FeasiblePlan,
  { planFile, shareCores, force }: ServeOptions,
): Promise<WorkerSource> {
  const { startProcessWorker } = await import('../engine/process-worker.ts');
  const { canConfine } = await import('../machine/confine.ts');
  const { usableCores } = await import('../machine/inventory.ts');
  const { placeWorkers } = await import('../machine/place-workers.ts');
  const { plannedWorkers } = await import('../policy/configure-policy.ts');
  const modelFiles = plan.modules.map((module) => modelFileOf(module, planFile));
  if (!force) await assertPlanOfThisMachine(plan, modelFiles);
  const available = usableCores();
  const places = placeWorkers(
    plannedWorkers(plan).map(({ cores }) => cores),
    available,
    { share: shareCores },
  );
  return {
    start: ({ planned, layout, slotFile, outputFiles }) =>
      startProcessWorker(
        {
          modelFile: modelFiles[planned.module]!,
          provider: 'cpu',
          threads: Math.ceil(planned.cores),
          layout,
          slotFile,
          outputFiles,
          warmUpBatchSizes: [1, planned.batchSize],
        },
        places[planned.id]!,
      ),
    coresOf: (worker) => (canConfine() ? places[worker]! : []),
    notes: [
      ...(canConfine()
        ? []
        : ['Workers cannot be confined to cores on this machine: durations may differ from the plan.']),
      ...(places.flat().length > available.length
        ? ['Workers share cores: durations may exceed the plan.']
        : []),
    ],
  };
}

async function assertPlanOfThisMachine(plan: FeasiblePlan, modelFiles: readonly string[]): Promise<void> {
  const { assertHardwareHere, assertModelsUnchanged } = await import('../serving/match-plan.ts');
  const { takeInventory } = await import('../machine/inventory.ts');
  assertHardwareHere(plan, (await takeInventory()).cpuModel);
  assertModelsUnchanged(plan, (module) => sha256OfFile(modelFiles[module]!));
}

interface Addresses {
  readonly http: Address;
  readonly grpc: Address;
  readonly metrics: Address;
}

function listeningOn({ http, grpc, metrics }: ServeOptions): Addresses {
  const after = (ports: number): Address => ({ ...http, port: http.port === 0 ? 0 : http.port + ports });
  return { http, grpc: grpc ?? after(1), metrics: metrics ?? after(2) };
}

/** @throws HarpError `bad-input` */
function readAccess({ tokenFile, tlsCertificate, tlsKey }: ServeOptions): Access {
  if ((tlsCertificate === undefined) !== (tlsKey === undefined)) {
    throw new HarpError('usage', 'TLS wants a certificate and its key', {
      where: '--tls-cert, --tls-key',
      expected: 'both',
      got: tlsKey === undefined ? '--tls-cert alone' : '--tls-key alone',
    });
  }
  const token = tokenFile === undefined ? undefined : readText(tokenFile).trim();
  if (token !== undefined && !/^\S{16,}$/.test(token)) {
    throw new HarpError('bad-input', 'not a token', {
      where: tokenFile!,
      expected: 'at least 16 characters on one line, no spaces',
      got: `${token.length} characters`,
      hint: 'For example: head -c 32 /dev/urandom | base64 > token',
    });
  }
  const tls = tlsCertificate &&
    tlsKey && { certificate: Buffer.from(readText(tlsCertificate)), key: Buffer.from(readText(tlsKey)) };
  return { token, tls: tls || undefined };
}

/** Who listens on other addresses lets everybody in who reaches them. */
function assertLoopback(flag: string, { host, port }: Address, { insecure, tokenFile }: ServeOptions): void {
  if (insecure || tokenFile !== undefined || ['127.0.0.1', 'localhost', '::1'].includes(host)) return;
  throw new HarpError(
    'usage',
    'this address can be reached from other machines, and nothing keeps them out',
    {
      where: `--${flag}`,
      expected: 'a loopback address',
      got: `${host}:${port}`,
      hint: 'Add --token-file (with --tls-cert and --tls-key), or --insecure.',
    },
  );
}

function modelFileOf({ name, model }: ModulePlan, planFile: string): string {
  if (model?.file === undefined) {
    throw new HarpError('bad-input', 'the plan does not say which model to load', {
      where: `${planFile}: modules.${name}.model.file`,
      expected: 'the path of an ONNX file',
      got: 'nothing',
      hint: 'Plan again from a measured profile, name the model in the application, or serve with --emulate.',
    });
  }
  const file = resolve(planFile === '-' ? '.' : dirname(planFile), model.file);
  if (existsSync(file)) return file;
  throw new HarpError('bad-input', 'the model is not there', {
    where: `${planFile}: modules.${name}.model.file`,
    expected: 'an ONNX file',
    got: file,
    hint: 'Move it back, or profile and plan again.',
  });
}
