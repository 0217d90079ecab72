import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { HarpError } from '../domain/errors.ts';
import type { WrittenReport } from '../domain/written-report.ts';
import { renderReport } from '../report/report-table.ts';

export default class Report extends BaseCommand {
  static override summary = 'Draw profiles, plans and runs as one HTML page.';
  static override description =
    `FILE is anything that harp writes or prints as JSON: profiles, plans, simulations, scaling experiments, comparisons of planners, load results, and what a daemon answers at /live or /v2/models/stats; - for one on stdin.

What is planned, simulated and measured of one application stands side by side. The page loads nothing and runs nothing: it can be mailed, printed and kept.`;
  static override examples = [
    '<%= config.bin %> report resnet18.profile.json',
    '<%= config.bin %> report traffic.plan.json traffic.simulation.json load.json --out traffic.html',
    '<%= config.bin %> compare traffic.app.yaml --slo-sweep 150..800 --json | <%= config.bin %> report -',
    'curl -s http://127.0.0.1:8000/live | <%= config.bin %> report - --out now.html',
  ];

  static override args = {
    files: Args.string({ description: "harp's files, or - for stdin", required: true, multiple: true }),
  };
  static override flags = {
    prices: Flags.string({ description: 'prices of hardware, for the costs of profiles', helpValue: 'FILE' }),
    out: Flags.string({
      char: 'o',
      description: 'file to write; - for stdout',
      default: 'report.html',
      helpValue: 'FILE',
    }),
  };

  async run(): Promise<WrittenReport> {
    const { args, flags } = await this.parse(Report);
    if (flags.out === '-' && this.jsonEnabled()) {
      throw new HarpError('usage', 'both want stdout', { where: '--out -', expected: 'a file, with --json' });
    }
    const { runReport } = await import('../cli/run-report.ts');
    const { report, html } = runReport({ files: args.files, pricesFile: flags.prices, out: flags.out });
    if (flags.out === '-') process.stdout.write(html);
    else this.log(renderReport(report, this.style));
    return report;
  }
}
