/** An ONNX model for people: what goes in and out, what it is made of, whether it takes batches. */
import type { ModelSummary } from '../domain/model-summary.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

export function modelSummary(model: ModelSummary, style: Style): string {
  const { file, opset, producer } = model;
  const origin = producer === undefined ? `opset ${opset}` : `opset ${opset}, from ${producer}`;
  return [
    `${style.bold(file)}  ${style.dim(`${sizeText(model)}, ${origin}`)}`,
    signature(model, style),
    operatorTable(model.operators, style),
    batchText(model.batch, style),
  ].join('\n\n');
}

export function createdModel(model: ModelSummary & { readonly seed: number }, style: Style): string {
  return [
    `${style.good('wrote')} ${style.bold(model.file)}  ${style.dim(`${sizeText(model)}, random weights of seed ${model.seed}`)}`,
    signature(model, style),
    style.dim(`→ harp profile ${model.file}`),
  ].join('\n\n');
}

export function architectureList(
  list: readonly { readonly name: string; readonly description: string }[],
  style: Style,
): string {
  return table(
    list,
    [
      { title: 'name', text: ({ name }) => name, align: 'left' },
      { title: 'architecture', text: ({ description }) => description, align: 'left' },
    ],
    style,
  );
}

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

const operatorTable = (operators: Readonly<Record<string, number>>, style: Style): string =>
  table(
    Object.entries(operators),
    [
      { title: 'operator', text: ([operator]) => operator, align: 'left' },
      { title: 'nodes', text: ([, nodes]) => String(nodes) },
    ],
    style,
  );

function batchText(batch: ModelSummary['batch'], style: Style): string {
  switch (batch.kind) {
    case 'symbolic':
      return `Batches ${style.good('of any size')}: axis 0 is "${batch.name}".`;
    case 'fixed':
      return `Batches ${style.bad(`of ${batch.size} only`)}: ${batch.reason}.`;
    case 'none':
      return `${style.bad('No batches')}: ${batch.reason}.`;
  }
}

const sizeText = ({ sizeBytes, parameters }: ModelSummary): string =>
  `${inUnits(sizeBytes, ['bytes', 'kB', 'MB', 'GB'])}, ${inUnits(parameters, ['parameters', 'thousand parameters', 'million parameters', 'billion parameters'])}`;

/** 46_805_938 → "46.8 MB": in the largest of these units, a thousand apart, that leaves at least 1. */
function inUnits(value: number, units: readonly string[]): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(value, 1)) / 3), units.length - 1);
  const scaled = value / 1000 ** power;
  return `${power === 0 ? scaled : scaled.toPrecision(3)} ${units[power]}`;
}
