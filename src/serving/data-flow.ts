/**
 * How tensors move through an application: which input of which module is a tensor of the request, and which the output
 * of another module. Checked once, before anything starts.
 */
import { HarpError } from '../domain/errors.ts';
import type { TensorSpec } from '../domain/tensor.ts';
import { addRequestInput, findSource, outputOf } from '../domain/wiring.ts';
import type { ServedModule } from './served-module.ts';

/** Where a row's input field comes from. */
export type Source =
  | { readonly from: 'request'; readonly tensor: string }
  | { readonly from: 'module'; readonly module: number; readonly tensor: string };

/** An output of the application, under the name that clients see. */
export interface ExposedOutput {
  readonly name: string;
  readonly module: number;
  readonly tensor: string;
}

export interface DataFlow {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly exposed: readonly ExposedOutput[];
  /** By module, in the order of its inputs. */
  readonly sources: readonly (readonly Source[])[];
  /** By module: which others it waits for, whether it reads what they give or not. */
  readonly parents: readonly (readonly number[])[];
  /** By module: what its parents give for one request falls into rows that are tasks of their own. */
  readonly splits: readonly boolean[];
}

/** One module called by itself. */
export const moduleFlow = (modules: readonly ServedModule[], index: number): DataFlow => {
  const { inputs, outputs } = modules[index]!;
  return {
    inputs,
    outputs,
    exposed: outputs.map(({ name }) => ({ name, module: index, tensor: name })),
    sources: modules.map(() => inputs.map(({ name }) => ({ from: 'request', tensor: name }))),
    parents: modules.map(() => []),
    splits: modules.map(() => false),
  };
};

/**
 * The application: what no module delivers comes with the request, what no module consumes goes to the client.
 * @param modules parents before children
 * @throws HarpError `bad-input` where an input has no source, or one that does not fit
 */
export function applicationFlow(modules: readonly ServedModule[]): DataFlow {
  for (const module of modules) if (module.splits && module.after.length === 0) throw rootSplits(module);
  const sources = modules.map((module) => module.inputs.map((input) => sourceOf(modules, module, input)));
  const inputs = new Map<string, TensorSpec>();
  modules.forEach((module, index) => {
    sources[index]!.forEach((source, input) => {
      if (source.from === 'request') addRequestInput(inputs, source.tensor, module, module.inputs[input]!);
    });
  });
  const sinks = modules.flatMap((module, index) =>
    modules.some(({ after }) => after.includes(module.name)) ? [] : [{ module, index }],
  );
  const exposed = sinks.flatMap(({ module, index }) =>
    module.outputs.map(({ name }) => ({
      name: sinks.length === 1 ? name : `${module.name}.${name}`,
      module: index,
      tensor: name,
    })),
  );
  const outputs = exposed.map(({ name, module, tensor }) => ({
    ...outputOf(modules[module]!, tensor)!,
    name,
  }));
  const parents = modules.map(({ after }) =>
    after.map((parent) => modules.findIndex(({ name }) => name === parent)),
  );
  const splits = modules.map((module) => module.splits);
  return { inputs: [...inputs.values()], outputs, exposed, sources, parents, splits };
}

const rootSplits = ({ name }: ServedModule): HarpError =>
  new HarpError('bad-input', 'a first module cannot split rows: clients send them apart', {
    where: `module ${name}: rows`,
    expected: 'a module behind another',
    got: 'split',
  });

function sourceOf(modules: readonly ServedModule[], module: ServedModule, input: TensorSpec): Source {
  const found = findSource(modules, module, input);
  if (found.from === 'request') return found;
  return { from: 'module', module: modules.indexOf(found.parent), tensor: found.tensor };
}
