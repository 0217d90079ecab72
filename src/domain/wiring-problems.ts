/** What is wrong with how an application's modules are wired, as far as profiles say what goes in and out. */
import { closestName } from './closest-name.ts';
import { HarpError } from './errors.ts';
import { fixDimensions, type TensorSpec } from './tensor.ts';
import { addRequestInput, findSource, inPlan, type PlaceOf, splitName, type WiredModule } from './wiring.ts';

/** A module of an application or a plan, with what its profile says of tensors. */
export interface ProfiledTensors {
  readonly name: string;
  readonly after: readonly string[];
  readonly model?:
    | {
        readonly inputs?: readonly TensorSpec[] | undefined;
        readonly outputs?: readonly TensorSpec[] | undefined;
        readonly dims?: Readonly<Record<string, number>> | undefined;
      }
    | undefined;
  readonly inputs?: Readonly<Record<string, string>> | undefined;
  readonly rows?: 'split' | undefined;
}

export interface WiringProblem {
  /** Whether somebody wrote this wire: otherwise it is one that is still to be written before the application can be served. */
  readonly isWritten: boolean;
  readonly error: HarpError;
}

/**
 * What harp serve would refuse of an application, as far as profiles say it.
 * @param file of the application, for messages
 */
export function wiringProblems(modules: readonly ProfiledTensors[], file?: string): WiringProblem[] {
  const placeOf: PlaceOf = file === undefined ? inPlan : (module) => `${file}: modules.${module}.`;
  const wired = modules.map(asWired);
  const ofRequest = new Map<string, TensorSpec>();
  return modules.flatMap((module, index) => [
    ...misnamed(module, placeOf),
    ...wired[index]!.inputs.flatMap((input): WiringProblem[] => {
      if (!isJudged(modules, module, input)) return [];
      const isWritten = module.inputs?.[input.name] !== undefined;
      try {
        const source = findSource(wired, wired[index]!, input, placeOf);
        if (source.from === 'request' && isFixed(input))
          addRequestInput(ofRequest, source.tensor, wired[index]!, input, placeOf);
        return [];
      } catch (error) {
        if (error instanceof HarpError) return [{ isWritten, error }];
        throw error;
      }
    }),
  ]);
}

const asWired = ({ name, after, model, inputs = {}, rows }: ProfiledTensors): WiredModule => ({
  name,
  after,
  inputs: (model?.inputs ?? []).map((spec) => fixDimensions(spec, model?.dims ?? {})),
  outputs: (model?.outputs ?? []).map((spec) => fixDimensions(spec, model?.dims ?? {})),
  sources: inputs,
  splits: rows === 'split',
});

/** Names of inputs that the model does not have, and of sources that stand nowhere before the module. */
function misnamed({ name, after, model, inputs = {} }: ProfiledTensors, placeOf: PlaceOf): WiringProblem[] {
  const known = model?.inputs?.map((input) => input.name);
  return Object.entries(inputs).flatMap(([input, source]): WiringProblem[] => {
    const [from] = splitName(source);
    const isInput = known === undefined || known.includes(input);
    if (isInput && (from === 'request' || after.includes(from))) return [];
    const [what, got, names] = isInput
      ? ['a source that is neither the request nor a module before this one', from, ['request', ...after]]
      : ['the model has no such input', input, known!];
    const closest = closestName(got, names);
    const error = new HarpError('bad-input', what, {
      where: `${placeOf(name)}inputs.${input}`,
      expected: names.map((one) => `"${one}"`).join(' or '),
      got: `"${isInput ? source : input}"`,
      hint:
        closest === undefined
          ? `Mend it in the application: modules.${name}.inputs: { INPUT: MODULE.OUTPUT }, or INPUT: request.NAME`
          : `Did you mean "${closest}"?`,
    });
    return [{ isWritten: true, error }];
  });
}

/** Whether profiles say enough of both ends. */
function isJudged(
  modules: readonly ProfiledTensors[],
  { after, inputs = {}, model }: ProfiledTensors,
  input: TensorSpec,
): boolean {
  const parents = modules.filter(({ name }) => after.includes(name));
  const named = inputs[input.name];
  const [from, tensor] = named === undefined ? [] : splitName(named);
  if (from === 'request') return true;
  const feeding = from === undefined ? parents : parents.filter(({ name }) => name === from);
  // A module that is none of them has been told of.
  if (from !== undefined && feeding.length === 0) return false;
  const outputs = feeding.map((parent) =>
    parent.model?.outputs?.map((spec) => fixDimensions(spec, parent.model?.dims ?? {})),
  );
  return (
    outputs.every((specs) => specs?.every((spec) => (tensor ?? spec.name) !== spec.name || isFixed(spec))) &&
    isFixed(fixDimensions(input, model?.dims ?? {}))
  );
}

const isFixed = ({ shape }: TensorSpec): boolean => shape.slice(1).every((dim) => typeof dim === 'number');
