/**
 * How tensors move through an application: which input of which module is a tensor of the request, and which the output
 * of another module. Checked once, before anything starts.
 */
import { HarpError } from '../domain/errors.ts';
import type { TensorSpec } from '../domain/tensor.ts';
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
  const sources = modules.map((module) => module.inputs.map((input) => findSource(modules, module, input)));
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
  const splits = modules.map((module) => module.splits);
  return { inputs: [...inputs.values()], outputs, exposed, sources, splits };
}

const rootSplits = ({ name }: ServedModule): HarpError =>
  new HarpError('bad-input', 'a first module cannot split rows: clients send them apart', {
    where: `module ${name}: rows`,
    expected: 'a module behind another',
    got: 'split',
  });

const outputOf = ({ outputs }: ServedModule, tensor: string): TensorSpec | undefined =>
  outputs.find(({ name }) => name === tensor);

/** What the plan says; else the request for a first module; else the only output that could be meant. */
function findSource(modules: readonly ServedModule[], module: ServedModule, input: TensorSpec): Source {
  const where = `module ${module.name}: inputs.${input.name}`;
  const named = module.sources[input.name];
  if (named === undefined && module.after.length === 0) return { from: 'request', tensor: input.name };
  const parents = modules.filter(({ name }) => module.after.includes(name));
  const [from, tensor] = named === undefined ? guess(parents, module, input) : splitName(named);
  if (from === 'request') return { from: 'request', tensor: tensor ?? input.name };
  const parent = parents.find(({ name }) => name === from);
  const output = parent && tensor !== undefined ? outputOf(parent, tensor) : undefined;
  if (parent === undefined || output === undefined) {
    throw new HarpError('bad-input', 'this input has no source', {
      where,
      expected: `"request.NAME" or one of ${parents.flatMap(({ name, outputs }) => outputs.map((o) => `"${name}.${o.name}"`)).join(', ')}`,
      got: named === undefined ? 'nothing that fits by name or alone' : `"${named}"`,
      hint: `Say where it comes from in the application: modules.${module.name}.inputs.${input.name}`,
    });
  }
  if (!(module.splits ? splitsInto(output, input) : !parent.splits && sameRow(output, input))) {
    throw new HarpError('bad-input', `"${parent.name}.${output.name}" does not fit this input`, {
      where,
      expected: module.splits ? `rows of ${describeRow(input)}` : describeRow(input),
      got: parent.splits ? `rows of ${describeRow(output)}` : describeRow(output),
      hint:
        parent.splits && !module.splits
          ? `Let it take them one by one: modules.${module.name}.rows: split`
          : `Say where it comes from in the application, as modules.${module.name}.inputs: { ${input.name}: request.${input.name} }`,
    });
  }
  return { from: 'module', module: modules.indexOf(parent), tensor: output.name };
}

function guess(
  parents: readonly ServedModule[],
  module: ServedModule,
  input: TensorSpec,
): [string?, string?] {
  const sameName = parents.filter((parent) => outputOf(parent, input.name) !== undefined);
  if (sameName.length === 1) return [sameName[0]!.name, input.name];
  const only = parents.length === 1 && parents[0]!.outputs.length === 1 && module.inputs.length === 1;
  return only ? [parents[0]!.name, parents[0]!.outputs[0]!.name] : [];
}

function splitName(source: string): [string, string?] {
  const dot = source.indexOf('.');
  return dot < 0 ? [source] : [source.slice(0, dot), source.slice(dot + 1)];
}

function addRequestInput(
  inputs: Map<string, TensorSpec>,
  name: string,
  module: ServedModule,
  spec: TensorSpec,
): void {
  const known = inputs.get(name);
  if (known !== undefined && !sameRow(known, spec)) {
    throw new HarpError('bad-input', `two modules want different tensors as "request.${name}"`, {
      where: `module ${module.name}: inputs.${spec.name}`,
      expected: describeRow(known),
      got: describeRow(spec),
      hint: 'Give one of them another name: inputs: { TENSOR: request.OTHER }',
    });
  }
  inputs.set(name, { ...spec, name });
}

const describeRow = ({ datatype, shape }: TensorSpec): string => `${datatype} [${shape.slice(1).join(', ')}]`;

/** One more axis, which is split, or rows of a model that says itself how many there are. */
const splitsInto = ({ datatype, shape }: TensorSpec, input: TensorSpec): boolean =>
  sameRow({ name: '', datatype, shape }, input) ||
  sameRow({ name: '', datatype, shape: shape.slice(1) }, input);

const sameRow = (a: TensorSpec, b: TensorSpec): boolean => describeRow(a) === describeRow(b);
