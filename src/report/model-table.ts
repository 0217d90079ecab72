/** An ONNX model for people: what goes in and out, what it is made of, whether it takes batches. */
import type {
  ArchitectureList,
  ExaminedModel,
  LiftOutcome,
  ModelSummary,
  RowsOutcome,
} from '../domain/model-summary.ts';
import { shellWord } from '../domain/shell-word.ts';
import { significant } from './format.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

export function examinedModel(model: ExaminedModel, style: Style): string {
  const { file, opset, producer } = model;
  const origin = producer === undefined ? `opset ${opset}` : `opset ${opset}, from ${producer}`;
  return [
    `${style.bold(file)}  ${style.dim(`${sizeText(model)}, ${origin}`)}`,
    signature(model, style),
    operatorTable(model, style),
    workText(model),
    batchText(model, style),
  ].join('\n\n');
}

export function createdModel(model: ModelSummary & { readonly seed: number }, style: Style): string {
  return [
    `${style.good('wrote')} ${style.bold(model.file)}  ${style.dim(`${sizeText(model)}, random weights of seed ${model.seed}`)}`,
    signature(model, style),
    style.dim(`→ harp profile ${shellWord(model.file)}`),
  ].join('\n\n');
}

export const architectureList = ({ architectures }: ArchitectureList, style: Style): string =>
  table(
    architectures,
    [
      { title: 'name', text: ({ name }) => name, align: 'left' },
      { title: 'architecture', text: ({ description }) => description, align: 'left' },
    ],
    style,
  );

function signature({ inputs, outputs }: ModelSummary, style: Style): string {
  const rows = [
    ...inputs.map((spec) => ({ spec, role: 'input' })),
    ...outputs.map((spec) => ({ spec, role: 'output' })),
  ];
  return table(
    rows,
    [
      { title: '', text: ({ role }) => role, align: 'left' },
      { title: 'name', text: ({ spec }) => spec.name, align: 'left' },
      { title: 'type', text: ({ spec }) => spec.datatype, align: 'left' },
      { title: 'shape', text: ({ spec }) => `[${spec.shape.join(', ')}]`, align: 'left' },
    ],
    style,
  );
}

function operatorTable({ operators, work }: ExaminedModel, style: Style): string {
  const multiplyAdds = {
    title: 'multiply-adds',
    text: ([operator]: [string, number]) => {
      const count = work?.byOperator[operator];
      if (count !== undefined) return inUnits(count, COUNTS).trim();
      return work?.notCounted.includes(operator) ? '?' : '';
    },
  };
  return table(
    Object.entries(operators),
    [
      { title: 'operator', text: ([operator]) => operator, align: 'left' },
      { title: 'nodes', text: ([, nodes]) => String(nodes) },
      ...(work ? [multiplyAdds] : []),
    ],
    style,
  );
}

function workText({ work, notComputed }: ExaminedModel): string {
  if (work === undefined) return `Multiply-adds are not counted: ${notComputed}.`;
  const { notCounted, multiplyAddsPerRow, weightBytes, activationBytesPerRow, arithmeticIntensity } = work;
  const least = notCounted.length > 0 ? 'at least ' : '';
  return [
    `A row takes ${least}${inUnits(multiplyAddsPerRow, COUNTS).trim()} multiply-adds, ${inUnits(weightBytes, BYTES)} of weights and ${inUnits(activationBytesPerRow, BYTES)} of activations:`,
    `${least}${significant(arithmeticIntensity)} operations per byte.`,
    ...(notCounted.length > 0 ? [`Not counted: ${notCounted.join(', ')}.`] : []),
  ].join(' ');
}

function batchText({ batch, lift, rows }: ExaminedModel, style: Style): string {
  switch (batch.kind) {
    case 'symbolic':
      return namedAxisText(batch.name, rows, style);
    case 'fixed':
      return liftText(batch, lift, style);
    case 'none':
      return `${style.bad('No batches')}: ${batch.reason}.`;
  }
}

function namedAxisText(name: string, rows: RowsOutcome | undefined, style: Style): string {
  const axis = `axis 0 is "${name}"`;
  switch (rows?.kind) {
    case 'mixed':
      return `${style.bad('No batches')}: ${axis}, but rows do not get in a batch what they get alone (${rows.reason}).`;
    case 'apart':
      return `Batches ${style.good('of any size')}: ${axis}, and ${rows.rows} rows got the same in batches as alone.`;
    case 'not tried':
      return `Batches of any size: ${axis}. Rows could not be compared: ${rows.reason}.`;
    case undefined:
      return `Batches of any size: ${axis}.`;
  }
}

function liftText(
  { size, reason }: Extract<ModelSummary['batch'], { kind: 'fixed' }>,
  lift: LiftOutcome | undefined,
  style: Style,
): string {
  if (lift?.kind === 'lifted') {
    return `Batches ${style.good('of any size')} once its batch axis is lifted, as harp profile does: ${reason} in the file, and ${lift.rows} rows got the same in batches as alone.`;
  }
  const prevented = lift === undefined ? '' : `, and ${lift.reason}`;
  return `Batches ${style.bad(`of ${size} only`)}: ${reason}${prevented}.`;
}

const BYTES = ['bytes', 'kB', 'MB', 'GB'];
const COUNTS = ['', 'thousand', 'million', 'billion', 'trillion'];
const PARAMETERS = ['', ...COUNTS.slice(1).map((unit) => `${unit} `)].map((unit) => `${unit}parameters`);

const sizeText = ({ sizeBytes, parameters }: ModelSummary): string =>
  `${inUnits(sizeBytes, BYTES)}, ${inUnits(parameters, PARAMETERS)}`;

/** 46_805_938 → "46.8 MB": in the largest of these units, a thousand apart, that leaves at least 1. */
function inUnits(value: number, units: readonly string[]): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(value, 1)) / 3), units.length - 1);
  const scaled = value / 1000 ** power;
  return `${power === 0 ? scaled : scaled.toPrecision(3)} ${units[power]}`;
}
