/**
 * Where a tensor comes from: which input of which module is a tensor of the request, and which the output of another module, and
 * whether the two fit.
 */
import { closestName } from './closest-name.ts';
import { HarpError } from './errors.ts';
import type { TensorSpec } from './tensor.ts';

/** A module as its neighbours see it. */
export interface WiredModule {
  readonly name: string;
  readonly after: readonly string[];
  /** Axis 0 is the batch. */
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** Where its inputs come from, as far as the application says. */
  readonly sources: Readonly<Record<string, string>>;
  /** Whether what its parents give for one request falls into rows that are tasks of their own. */
  readonly splits: boolean;
}

export type FoundSource<Module extends WiredModule> =
  | { readonly from: 'request'; readonly tensor: string }
  | { readonly from: 'module'; readonly parent: Module; readonly tensor: string };

/** Of a module, for messages: a field of the application's file, or of a plan. */
export type PlaceOf = (module: string) => string;

export const inPlan: PlaceOf = (module) => `module ${module}: `;

/**
 * What the application says; else the request for a first module; else the only output that could be meant.
 * @throws HarpError `bad-input` where the input has no source, or one that does not fit
 */
export function findSource<Module extends WiredModule>(
  modules: readonly Module[],
  module: Module,
  input: TensorSpec,
  placeOf: PlaceOf = inPlan,
): FoundSource<Module> {
  const where = `${placeOf(module.name)}inputs.${input.name}`;
  const named = module.sources[input.name];
  if (named === undefined && module.after.length === 0) return { from: 'request', tensor: input.name };
  const parents = modules.filter(({ name }) => module.after.includes(name));
  const [from, tensor] = named === undefined ? guess(parents, module, input) : splitName(named);
  if (from === 'request') return { from: 'request', tensor: tensor ?? input.name };
  const parent = parents.find(({ name }) => name === from);
  const output = parent && tensor !== undefined ? outputOf(parent, tensor) : undefined;
  if (parent === undefined || output === undefined) throw noSource(parents, module, input, where);
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
  return { from: 'module', parent, tensor: output.name };
}

function noSource(
  parents: readonly WiredModule[],
  module: WiredModule,
  input: TensorSpec,
  where: string,
): HarpError {
  const named = module.sources[input.name];
  const offered = parents.flatMap(({ name, outputs }) => outputs.map((output) => `${name}.${output.name}`));
  const closest = named === undefined ? undefined : closestName(named, offered);
  return new HarpError('bad-input', 'this input has no source', {
    where,
    expected:
      offered.length === 0
        ? '"request.NAME"'
        : `"request.NAME" or one of ${offered.map((name) => `"${name}"`).join(', ')}`,
    got: named === undefined ? 'nothing that fits by name or alone' : `"${named}"`,
    hint: closest
      ? `Did you mean "${closest}"?`
      : `Say where it comes from in the application: modules.${module.name}.inputs.${input.name}`,
  });
}

function guess(parents: readonly WiredModule[], module: WiredModule, input: TensorSpec): [string?, string?] {
  const sameName = parents.filter((parent) => outputOf(parent, input.name) !== undefined);
  if (sameName.length === 1) return [sameName[0]!.name, input.name];
  const only = parents.length === 1 && parents[0]!.outputs.length === 1 && module.inputs.length === 1;
  return only ? [parents[0]!.name, parents[0]!.outputs[0]!.name] : [];
}

export function splitName(source: string): [string, string?] {
  const dot = source.indexOf('.');
  return dot < 0 ? [source] : [source.slice(0, dot), source.slice(dot + 1)];
}

/**
 * Adds a tensor of the request to those that other modules want of it.
 * @throws HarpError `bad-input` where one of the same name is another tensor
 */
export function addRequestInput(
  inputs: Map<string, TensorSpec>,
  name: string,
  module: WiredModule,
  spec: TensorSpec,
  placeOf: PlaceOf = inPlan,
): void {
  const known = inputs.get(name);
  if (known !== undefined && !sameRow(known, spec)) {
    throw new HarpError('bad-input', `two modules want different tensors as "request.${name}"`, {
      where: `${placeOf(module.name)}inputs.${spec.name}`,
      expected: describeRow(known),
      got: describeRow(spec),
      hint: 'Give one of them another name: inputs: { TENSOR: request.OTHER }',
    });
  }
  inputs.set(name, { ...spec, name });
}

export const outputOf = ({ outputs }: WiredModule, tensor: string): TensorSpec | undefined =>
  outputs.find(({ name }) => name === tensor);

const describeRow = ({ datatype, shape }: TensorSpec): string => `${datatype} [${shape.slice(1).join(', ')}]`;

/** One more axis, which is split, or rows of a model that says itself how many there are. */
const splitsInto = ({ datatype, shape }: TensorSpec, input: TensorSpec): boolean =>
  sameRow({ name: '', datatype, shape }, input) ||
  sameRow({ name: '', datatype, shape: shape.slice(1) }, input);

const sameRow = (a: TensorSpec, b: TensorSpec): boolean => describeRow(a) === describeRow(b);
