/**
 * A module of a plan as a model of Triton Inference Server: the `ModelConfig` of its model_config.proto
 * (triton-inference-server/common, protobuf/model_config.proto, read at commit 08365ea), and thread counts as its
 * onnxruntime_backend takes them (README.md there).
 *
 * | harp                                  | Triton                                                          |
 * |---------------------------------------|-----------------------------------------------------------------|
 * | machines of an allocation             | an instance_group of so many                                    |
 * | largest planned batch                 | max_batch_size                                                  |
 * | the same                              | preferred_batch_size, which is started at once                  |
 * | worst case − longest duration         | max_queue_delay_microseconds: what a request may wait for others |
 * | budget − shortest duration            | default_timeout_microseconds: later it can no longer be in time |
 */
import type { HardwareTable } from '../domain/hardware.ts';
import type { Allocation, ModulePlan } from '../domain/plan.ts';
import type { Datatype, TensorSpec } from '../domain/tensor.ts';
import { Enum, type PbMessage, pbMap } from './pbtxt.ts';

export interface TritonModel {
  readonly name: string;
  readonly config: PbMessage;
  /** 0 where the model's own batch is fixed. */
  readonly maxBatchSize: number;
  /** What could not be said, as sentences. */
  readonly losses: readonly string[];
}

/** @param hardware the plan's */
export function tritonModel(module: ModulePlan, hardware: HardwareTable): TritonModel {
  const { name, allocations, budgetMs, worstCaseMs } = module;
  const { inputs, outputs } = module.model ?? {};
  const fixed = [...(inputs ?? []), ...(outputs ?? [])].some(({ shape }) => typeof shape[0] !== 'string');
  const maxBatchSize = fixed ? 0 : Math.max(...allocations.map(({ batchSize }) => batchSize));
  const durations = allocations.map(({ durationMs }) => durationMs);
  const tensors = (specs: readonly TensorSpec[] | undefined) =>
    specs?.map((spec) => tritonTensor(spec, maxBatchSize > 0, module.model?.dims ?? {}));
  const cores = Math.max(...allocations.map((allocation) => allocation.cores));
  const config = {
    name,
    backend: 'onnxruntime',
    max_batch_size: maxBatchSize,
    input: tensors(inputs),
    output: tensors(outputs),
    instance_group: allocations.map((allocation) => instanceGroup(allocation, module, hardware)),
    dynamic_batching:
      maxBatchSize > 0
        ? {
            preferred_batch_size: [maxBatchSize],
            max_queue_delay_microseconds: microseconds(worstCaseMs - Math.max(...durations)),
            default_queue_policy: {
              timeout_action: new Enum('REJECT'),
              default_timeout_microseconds: microseconds(budgetMs - Math.min(...durations)),
              allow_timeout_override: true,
            },
          }
        : undefined,
    parameters: pbMap({
      intra_op_thread_count: { string_value: String(Math.ceil(cores)) },
      inter_op_thread_count: { string_value: '1' },
    }),
  };
  return { name, config, maxBatchSize, losses: lossesOf(module, hardware, fixed) };
}

const microseconds = (ms: number): number => Math.max(0, Math.round(ms * 1000));

function instanceGroup(
  { rank, hardware: kind, machines }: Allocation,
  module: ModulePlan,
  hardware: HardwareTable,
): PbMessage {
  return {
    name: `${module.name}-${rank}-${kind}`,
    count: Math.ceil(machines - 1e-9),
    kind: new Enum(isCpu(kind, module, hardware) ? 'KIND_CPU' : 'KIND_AUTO'),
  };
}

/** Where cores were counted, or a processor was measured. */
const isCpu = (kind: string, { measuredOn }: ModulePlan, hardware: HardwareTable): boolean =>
  measuredOn?.[kind] !== undefined || hardware[kind]?.cores !== undefined;

const TYPES: Readonly<Record<Datatype, string>> = {
  BOOL: 'TYPE_BOOL',
  UINT8: 'TYPE_UINT8',
  UINT16: 'TYPE_UINT16',
  UINT32: 'TYPE_UINT32',
  UINT64: 'TYPE_UINT64',
  INT8: 'TYPE_INT8',
  INT16: 'TYPE_INT16',
  INT32: 'TYPE_INT32',
  INT64: 'TYPE_INT64',
  FP16: 'TYPE_FP16',
  FP32: 'TYPE_FP32',
  FP64: 'TYPE_FP64',
  BYTES: 'TYPE_STRING',
};

/**
 * @param batched whether Triton adds the batch's axis itself
 * @param dims lengths that the plan's durations were measured with
 */
export const tritonTensor = (
  { name, datatype, shape }: TensorSpec,
  batched: boolean,
  dims: Readonly<Record<string, number>>,
): PbMessage => ({
  name,
  data_type: new Enum(TYPES[datatype]),
  dims: (batched ? shape.slice(1) : shape).map((dim) => (typeof dim === 'number' ? dim : (dims[dim] ?? -1))),
});

function lossesOf(
  { name, model, allocations, ...module }: ModulePlan,
  hardware: HardwareTable,
  fixed: boolean,
): string[] {
  const different = (figure: 'hardware' | 'cores' | 'batchSize') =>
    new Set(allocations.map((allocation) => allocation[figure])).size > 1;
  const listed = (text: (allocation: Allocation) => string) => allocations.map(text).join(', ');
  const partial = allocations.filter(({ machines }) => machines < Math.ceil(machines - 1e-9));
  const unknown = allocations.filter(
    (allocation) => !isCpu(allocation.hardware, { name, allocations, ...module }, hardware),
  );
  return [
    model?.inputs === undefined && 'its profile names no tensors; Triton has to find them in the model',
    fixed &&
      'its batch is fixed in the model, so that Triton cannot batch requests, nor keep a queue delay or a time limit',
    different('hardware') &&
      `it runs on several kinds of machines (${listed((one) => one.hardware)}), and a server of Triton on one: start one of each, with its own instance_group`,
    different('cores') &&
      `its machines have different cores (${listed(({ cores }) => String(cores))}), and thread counts are the same for all instances`,
    different('batchSize') &&
      `each machine has a batch size of its own (${listed(({ rank, batchSize }) => `rank ${rank}: ${batchSize}`)}), and Triton fills up to the largest for all`,
    partial.length > 0 &&
      `parts of machines became whole ones (${partial.map(({ machines }) => machines.toPrecision(3)).join(', ')})`,
    unknown.length > 0 &&
      `the plan does not say whether ${[...new Set(unknown.map((one) => one.hardware))].join(', ')} computes on a GPU: KIND_AUTO lets Triton choose`,
    'the cores of an instance are not its own: Triton sets how many threads it has, not where they run',
    'requests wait in the order of their arrival, not of their deadlines; nothing is refused that is late for certain until its time in the queue is over',
  ].filter((loss) => loss !== false);
}
