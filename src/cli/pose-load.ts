/** What `harp load` was asked for: texts parsed, files read, the server asked about its model, the requests made. */
import type { BandwidthTrace } from '../domain/bandwidth-trace.ts';
import { HarpError } from '../domain/errors.ts';
import type { LoadProtocol, PlannedLoad, TENSOR_FORMS } from '../domain/load.ts';
import { loadNetworkTrace } from '../files/load-network-trace.ts';
import { loadPlan } from '../files/load-plan.ts';
import { findModel } from '../load/find-model.ts';
import { parseViolationLimit } from '../load/violation-limit.ts';
import type { InferRequest } from '../serving/protocol/infer-message.ts';
import type { ArrivalProcess } from '../simulation/arrivals/arrival-spec.ts';
import { ownRateRps } from '../simulation/arrivals/curve-of-arrivals.ts';
import { type ConnectionOptions, connectClient, isGrpc } from './connect-client.ts';
import { loadArrivals } from './load-arrivals.ts';
import { type InputOptions, loadInputs } from './load-inputs.ts';
import { assertFollowsRate } from './pose-scenario.ts';

export interface LoadOptions extends ConnectionOptions, InputOptions {
  readonly model: string | undefined;
  readonly planFile: string | undefined;
  /** The plan's by default, or the arrivals' own. */
  readonly rateRps: number | undefined;
  /** As `parseArrivals` reads them. */
  readonly arrivals: string;
  readonly durationS: number;
  /** Sent before, not measured. */
  readonly warmupS: number;
  /** The plan's by default. */
  readonly sloMs: number | undefined;
  /** Over REST; by default binary where the server says that it takes it. */
  readonly tensors: (typeof TENSOR_FORMS)[number] | undefined;
  /** A link's recorded bandwidth: requests are held back for as long as it takes them. */
  readonly networkTrace: string | undefined;
  /** What a request carries over it; what is sent by default. */
  readonly requestBytes: number | undefined;
  /** An attainment, 0..1: the highest rate that keeps it is searched. */
  readonly findRateAt: number | undefined;
  /** As `parseViolationLimit` reads it. */
  readonly maxViolations: string | undefined;
}

/** All that a run needs but its rate. */
export interface PosedLoad {
  readonly arrivals: ArrivalProcess;
  readonly rateRps: number;
  readonly sloMs: number;
  readonly planned: PlannedLoad | undefined;
  readonly model: string;
  readonly protocol: LoadProtocol;
  /** Sent in turn. */
  readonly requests: readonly InferRequest[];
  /** Of a request. */
  readonly rows: number;
  readonly network: BandwidthTrace | undefined;
}

/** @throws HarpError `usage`, `bad-input`, `missing-capability` */
export async function poseLoad(options: LoadOptions): Promise<PosedLoad> {
  const arrivals = loadArrivals(options.arrivals);
  if (options.findRateAt !== undefined) assertFollowsRate(arrivals, options.arrivals);
  if (options.maxViolations !== undefined) parseViolationLimit(options.maxViolations);
  const { application, ...promised } = readPlan(options, arrivals);
  const network = options.networkTrace === undefined ? undefined : loadNetworkTrace(options.networkTrace);
  const client = await connectClient(options, 1);
  try {
    const model = await findModel(client, options.url, options.model ?? application);
    const protocol = protocolOf(options, model.takesBinary);
    return { arrivals, ...promised, model: model.name, protocol, ...loadInputs(model, options), network };
  } finally {
    client.close();
  }
}

function protocolOf({ url, tensors }: LoadOptions, takesBinary: boolean): LoadProtocol {
  if (!isGrpc(url))
    return (tensors ?? (takesBinary ? 'binary' : 'json')) === 'json' ? 'rest-json' : 'rest-binary';
  if (tensors !== 'json') return 'grpc';
  throw new HarpError('usage', 'gRPC carries no JSON', {
    where: '--tensors',
    expected: 'an address that begins with http:// or https://',
    got: url,
  });
}

/** Rate and SLO as the flags say, else as the plan does; a rate also as the arrivals themselves do. */
function readPlan(
  { planFile, rateRps, sloMs }: LoadOptions,
  arrivals: ArrivalProcess,
): {
  application: string | undefined;
  planned: PlannedLoad | undefined;
  rateRps: number;
  sloMs: number;
} {
  const planned = planFile === undefined ? undefined : loadPlan(planFile);
  const missing = (flag: string): never => {
    throw new HarpError('usage', 'missing', {
      where: flag,
      expected: 'a number > 0, or a plan that says it (--plan FILE)',
      got: 'neither',
    });
  };
  return {
    application: planned?.application,
    planned: planned && {
      rateRps: planned.rateRps,
      sloMs: planned.sloMs,
      worstCaseMs: planned.worstCaseMs,
      costPerHour: planned.costPerHour,
    },
    rateRps: rateRps ?? planned?.rateRps ?? ownRateRps(arrivals) ?? missing('--rate'),
    sloMs: sloMs ?? planned?.sloMs ?? missing('--slo'),
  };
}
