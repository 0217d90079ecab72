import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { out } from '../cli/flags.ts';
import { EXPORT_TARGETS, type ExportedPlan } from '../domain/export.ts';
import { renderExport } from '../report/export-list.ts';

export default class Export extends BaseCommand {
  static override summary = 'Put a plan into the words of another engine.';
  static override description =
    `triton: a model repository with a config.pbtxt for each module (instances, batch sizes, queue delay, threads), the models, and an ensemble for a pipeline.
kubernetes: one Deployment that runs harp serve on as many cores as the plan's workers need, with the plan in a ConfigMap and a Service.

What the plan says and the other engine cannot be told stands in the files as comments, and is told as warnings. Without --out it is printed.`;
  static override examples = [
    '<%= config.bin %> export traffic.plan.json --to triton --out model_repository',
    '<%= config.bin %> export traffic.plan.json --to kubernetes --image registry.example/harp:1 | kubectl apply -f -',
  ];

  static override args = { plan: Args.string({ description: "plan's file, or -", required: true }) };
  static override flags = {
    to: Flags.option({ options: EXPORT_TARGETS, required: true })({ description: 'the other engine' }),
    out: out('folder (triton) or file (kubernetes) to write'),
    force: Flags.boolean({ description: 'replace files that hold something else' }),
    image: Flags.string({
      description: 'container image with harp in it, for kubernetes',
      default: 'harp:latest',
      helpValue: 'IMAGE',
    }),
    memory: Flags.string({
      description:
        'memory of its container, for kubernetes; by default what the workers took when measured, and room, or 4Gi where that is not known',
      helpValue: 'SIZE',
    }),
  };

  async run(): Promise<ExportedPlan> {
    const { args, flags } = await this.parse(Export);
    const { runExport } = await import('../cli/run-export.ts');
    const exported = runExport({
      planFile: args.plan,
      to: flags.to,
      out: flags.out,
      force: flags.force,
      image: flags.image,
      memory: flags.memory,
    });
    this.log(renderExport(exported, flags.out));
    for (const warning of exported.warnings) this.note(warning);
    return exported;
  }
}
