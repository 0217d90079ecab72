/**
 * A plan as a model repository of Triton Inference Server: a model for each module, and an ensemble for the application. What
 * Triton cannot be told stands as comments in the files, and is returned.
 */
import { HarpError } from '../domain/errors.ts';
import type { ExportedPlan } from '../domain/export.ts';
import type { FeasiblePlan } from '../domain/plan.ts';
import { pbtxt } from './pbtxt.ts';
import { type EnsembleModule, tritonEnsemble, type Wiring } from './triton-ensemble.ts';
import { type TritonModel, tritonModel } from './triton-model.ts';

/** Triton takes a model by this name where nothing else is said. */
const MODEL_FILE = '1/model.onnx';

/**
 * @param modules as the daemon would serve them, in the plan's order
 * @param modelFiles of the modules, where they are there
 * @throws HarpError `bad-input` for names that are no names of folders
 */
export function toTriton(
  plan: FeasiblePlan,
  modules: readonly EnsembleModule[],
  wiring: Wiring,
  modelFiles: readonly (string | undefined)[],
): ExportedPlan {
  for (const name of [plan.application, ...plan.modules.map((module) => module.name)]) assertFolderName(name);
  const models = plan.modules.map((module) => tritonModel(module, plan.hardware));
  const losses = plan.modules.map((_, index) => [
    ...models[index]!.losses,
    ...(modelFiles[index] === undefined
      ? [`its model is not there: put it at ${models[index]!.name}/${MODEL_FILE}`]
      : []),
  ]);
  const ensemble = ensembleOf(plan, modules, models, wiring);
  return {
    schemaVersion: 1,
    kind: 'export',
    to: 'triton',
    application: plan.application,
    files: [
      ...models.flatMap(({ name, config }, index) => [
        {
          path: `${name}/config.pbtxt`,
          content: pbtxt(config, comments(plan, losses[index]!, ensemble.loss)),
        },
        ...(modelFiles[index] === undefined
          ? []
          : [{ path: `${name}/${MODEL_FILE}`, copyOf: modelFiles[index] }]),
      ]),
      ...ensemble.files,
    ],
    warnings: [
      ...losses.flatMap((those, index) => those.map((loss) => `${models[index]!.name}: ${loss}.`)),
      ...(ensemble.loss === undefined ? [] : [`${plan.application}: ${ensemble.loss}.`]),
    ],
  };
}

/** Every model lies in a folder of its name: one that leads elsewhere would write there. */
function assertFolderName(name: string): void {
  if (/^[^/\\]+$/.test(name) && !['.', '..'].includes(name) && ![...name].some((letter) => letter < ' '))
    return;
  throw new HarpError('bad-input', 'not a name that Triton can give a model', {
    expected: 'the name of a folder',
    got: JSON.stringify(name),
  });
}

/** A module of the application's name is the application, where it is the only one. */
function ensembleOf(
  plan: FeasiblePlan,
  modules: readonly EnsembleModule[],
  models: readonly TritonModel[],
  wiring: Wiring,
): { files: ExportedPlan['files']; loss?: string } {
  const { application } = plan;
  const same = models.some(({ name }) => name === application);
  if (same && models.length === 1) return { files: [] };
  const unknown = plan.modules.some(
    ({ model }) => model?.inputs === undefined || model.outputs === undefined,
  );
  const config = same
    ? 'one of its modules has its name'
    : unknown
      ? 'not all profiles name their tensors'
      : tritonEnsemble(application, modules, models, wiring);
  if (typeof config === 'string') return { files: [], loss: `it is no ensemble, since ${config}` };
  return {
    files: [
      { path: `${application}/config.pbtxt`, content: pbtxt(config, comments(plan, [])) },
      // Triton wants a folder for the version of an ensemble, too, and folders without files get lost.
      { path: `${application}/1/.keep`, content: '' },
    ],
  };
}

const comments = (plan: FeasiblePlan, losses: readonly string[], ensembleLoss?: string): string[] => [
  `From a plan of harp for "${plan.application}": ${plan.rateRps} requests/s within ${plan.sloMs} ms (${plan.planner}).`,
  ...(losses.length > 0 || ensembleLoss !== undefined
    ? ['What the plan says and Triton cannot be told:']
    : []),
  ...losses.map((loss) => `- ${loss}`),
  ...(ensembleLoss === undefined ? [] : [`- the application: ${ensembleLoss}`]),
];
