import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import type { ModelSummary } from '../../domain/model-summary.ts';
import { modelSummary } from '../../report/model-table.ts';

export default class ModelInspect extends BaseCommand {
  static override summary = 'Show the inputs, outputs, operators, size and batch axis of an ONNX file.';
  static override examples = ['<%= config.bin %> model inspect resnet18.onnx'];

  static override args = { file: Args.string({ description: 'ONNX file', required: true }) };

  async run(): Promise<ModelSummary> {
    const { args } = await this.parse(ModelInspect);
    const { inspectModel } = await import('../../engine/onnx/inspect-model.ts');
    const summary = inspectModel(args.file);
    this.log(modelSummary(summary, this.style));
    return summary;
  }
}
