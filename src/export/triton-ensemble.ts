/** The application as an ensemble of Triton: the flow of tensors between the models of its modules. */
import type { TensorSpec } from '../domain/tensor.ts';
import { type PbMessage, pbMap } from './pbtxt.ts';
import { type TritonModel, tritonTensor } from './triton-model.ts';

/** How tensors move through an application, as the daemon works it out. */
export interface Wiring {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** Outputs of the application, and the module that each comes from. */
  readonly exposed: readonly { readonly name: string; readonly module: number; readonly tensor: string }[];
  /** By module, in the order of its inputs. */
  readonly sources: readonly (readonly (
    | { readonly from: 'request'; readonly tensor: string }
    | { readonly from: 'module'; readonly module: number; readonly tensor: string }
  )[])[];
  /** By module: each row of its parents' result is a task of its own. */
  readonly splits: readonly boolean[];
}

export interface EnsembleModule {
  readonly name: string;
  readonly inputs: readonly TensorSpec[];
  readonly perRequest: number;
}

/**
 * @param modules parents before children, with the Triton models of the same order
 * @returns the ensemble's configuration, or the sentence that says why there can be none
 */
export function tritonEnsemble(
  name: string,
  modules: readonly EnsembleModule[],
  models: readonly TritonModel[],
  wiring: Wiring,
): PbMessage | string {
  const splitting = modules.filter((_, index) => wiring.splits[index]);
  if (splitting.length > 0)
    return `${namesOf(splitting)} takes each row as a request of its own, and an ensemble passes tensors on whole`;
  const several = modules.filter(({ perRequest }) => perRequest !== 1);
  if (several.length > 0)
    return `${namesOf(several)} runs ${several.map(({ perRequest }) => perRequest).join(', ')} times a request on average, and a step of an ensemble once`;
  if (
    models.some(({ maxBatchSize }) => maxBatchSize === 0) &&
    models.some(({ maxBatchSize }) => maxBatchSize > 0)
  )
    return 'some of its models have a fixed batch and others do not';
  const requestNames = wiring.inputs.map((input) => input.name);
  const clash = wiring.exposed.find((output) => requestNames.includes(output.name));
  if (clash !== undefined)
    return `"${clash.name}" is both a tensor of the request and of the answer, and names are unique in an ensemble`;

  const maxBatchSize = Math.min(...models.map((model) => model.maxBatchSize));
  const tensor = (spec: TensorSpec) => tritonTensor(spec, maxBatchSize > 0, {});
  return {
    name,
    platform: 'ensemble',
    max_batch_size: maxBatchSize,
    input: wiring.inputs.map(tensor),
    output: wiring.outputs.map(tensor),
    ensemble_scheduling: {
      step: modules.map((module, index) => ({
        model_name: module.name,
        model_version: -1,
        input_map: pbMap(inputMap(module, index, modules, wiring)),
        output_map: pbMap(outputMap(index, modules, wiring)),
      })),
    },
  };
}

const namesOf = (modules: readonly EnsembleModule[]): string =>
  modules.map((module) => `"${module.name}"`).join(', ');

/** Tensors between modules have names that no client sees. */
const inner = (module: string, tensor: string): string => `${module}.${tensor}`;

const inputMap = (
  { inputs }: EnsembleModule,
  index: number,
  modules: readonly EnsembleModule[],
  { sources }: Wiring,
): Record<string, string> =>
  Object.fromEntries(
    inputs.map((input, position) => {
      const source = sources[index]![position]!;
      const from =
        source.from === 'request' ? source.tensor : inner(modules[source.module]!.name, source.tensor);
      return [input.name, from];
    }),
  );

/** What somebody downstream takes, and what goes to the client; other outputs are left. */
function outputMap(
  index: number,
  modules: readonly EnsembleModule[],
  { sources, exposed }: Wiring,
): Record<string, string> {
  const consumed = sources
    .flat()
    .flatMap((source) => (source.from === 'module' && source.module === index ? [source.tensor] : []))
    .map((tensor) => [tensor, inner(modules[index]!.name, tensor)]);
  const answered = exposed
    .filter((output) => output.module === index)
    .map(({ tensor, name }) => [tensor, name]);
  return Object.fromEntries([...consumed, ...answered]);
}
