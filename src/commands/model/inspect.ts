import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { dimension } from '../../cli/dimension-flag.ts';
import type { ExaminedModel } from '../../domain/model-summary.ts';
import { examinedModel } from '../../report/model-table.ts';

export default class ModelInspect extends BaseCommand {
  static override summary =
    'Show what an ONNX file takes, gives and computes, and whether its batch can vary.';
  static override description =
    `Multiply-adds are those of convolutions, matrix products, recurrences and attention. The arithmetic intensity is that of one row: 2 × multiply-adds / bytes of weights and of activations written and read, as if no operators were fused.

A model that is fixed to one row is tried with a batch axis, as harp profile would do.`;
  static override examples = [
    '<%= config.bin %> model inspect resnet18.onnx',
    '<%= config.bin %> model inspect my-encoder.onnx --dim sequence=128',
  ];

  static override args = { file: Args.string({ description: 'ONNX file', required: true }) };
  static override flags = {
    dim: dimension({
      description: 'length of a named dimension other than the batch',
      multiple: true,
      multipleNonGreedy: true,
    }),
  };

  async run(): Promise<ExaminedModel> {
    const { args, flags } = await this.parse(ModelInspect);
    const { signal } = this;
    const { runModelInspect } = await import('../../cli/run-model-inspect.ts');
    const examined = await runModelInspect(args.file, flags.dim ?? [], signal);
    this.log(examinedModel(examined, this.style));
    return examined;
  }
}
