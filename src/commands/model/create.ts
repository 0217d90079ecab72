import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { out } from '../../cli/flags.ts';
import { HarpError } from '../../domain/errors.ts';
import type { ArchitectureList, CreatedModel } from '../../domain/model-summary.ts';
import { architectureList, createdModel } from '../../report/model-table.ts';

export default class ModelCreate extends BaseCommand {
  static override summary = 'Write a well-known architecture as an ONNX file with seeded random weights.';
  static override description =
    'Its latency is that of the architecture; its answers mean nothing. The batch axis may vary.';
  static override examples = [
    '<%= config.bin %> model create --list',
    '<%= config.bin %> model create resnet18 --out models/resnet18.onnx',
  ];

  static override args = { name: Args.string({ description: 'architecture' }) };
  static override flags = {
    list: Flags.boolean({
      description: 'show the architectures instead',
      exclusive: ['out', 'force', 'seed'],
    }),
    out: out('file to write; NAME.onnx by default'),
    force: Flags.boolean({ description: 'replace a file that holds something else' }),
    seed: Flags.integer({ description: 'seed of the weights', default: 1 }),
  };

  async run(): Promise<CreatedModel | ArchitectureList> {
    const { args, flags } = await this.parse(ModelCreate);
    const { signal } = this;
    const { listArchitectures, runModelCreate } = await import('../../cli/run-model-create.ts');
    if (flags.list) {
      const list = listArchitectures();
      this.log(architectureList(list, this.style));
      return list;
    }
    if (args.name === undefined) {
      throw new HarpError('usage', 'which architecture?', { hint: 'harp model create --list shows them.' });
    }
    const created = await runModelCreate(args.name, { ...flags, signal });
    this.log(createdModel(created, this.style));
    return created;
  }
}
