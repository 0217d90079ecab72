import { Args, Flags } from '@oclif/core';
import { arrivals } from '../cli/arrivals-flag.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { count, out, rangeMs } from '../cli/flags.ts';
import { planningFlags, promiseFlags } from '../cli/planning-flags.ts';
import type { ApplicationComparison, BenchmarkComparison, CostOverSlo } from '../domain/comparison.ts';
import { EXIT_CODES } from '../domain/errors.ts';
import { GUARANTEES } from '../domain/plan.ts';
import { foundNone } from '../planning/compare-plans.ts';
import { renderComparison } from '../report/compare-table.ts';

export default class Compare extends BaseCommand {
  static override summary = 'Compare the planners: on one application, or on the benchmark.';
  static override description =
    `With APP: every planner's machines and cost side by side, as the model has them; with --guarantee replay as they were seen to hold, and with what harp plan --planner simulated finds.
With --slo-sweep: what each costs from the tightest SLO to the loosest, for harp report to draw.
With --benchmark: costs, shares solved and run times over 1,131 seeded workloads on synthetic profiles, what each part of harpagon earns, and the published figures beside ours.

Ends with exit code 3 where no planner has a plan for APP.`;
  static override examples = [
    '<%= config.bin %> compare traffic.app.yaml',
    '<%= config.bin %> compare resnet18.profile.json --rate 100 --slo 200 --billing whole',
    '<%= config.bin %> compare traffic.app.yaml --guarantee replay --arrivals poisson',
    '<%= config.bin %> compare traffic.app.yaml --slo-sweep 150..800 --json > sweep.json',
    '<%= config.bin %> compare --benchmark --json',
  ];

  static override usage = ['<%= command.id %> APP [FLAGS]', '<%= command.id %> --benchmark [--workloads N]'];

  static override args = {
    app: Args.string({ description: 'application or profile; - for either on stdin' }),
  };
  static override flags = {
    benchmark: Flags.boolean({
      description: 'compare on the benchmark',
      exclusive: ['rate', 'slo', 'slo-sweep', 'reserve', 'statistic', 'prices', 'guarantee'],
    }),
    workloads: count({ description: "how many of the benchmark's workloads", dependsOn: ['benchmark'] }),
    ...planningFlags,
    'slo-sweep': rangeMs({
      description: 'costs over SLOs in ms, closer together where they are tight',
      helpValue: 'MIN..MAX',
      exclusive: ['slo', 'arrivals', 'attainment'],
    }),
    steps: Flags.integer({
      description: 'how many SLOs, 24 by default',
      min: 2,
      max: 500,
      dependsOn: ['slo-sweep'],
    }),
    guarantee: Flags.option({ options: GUARANTEES })({
      description:
        'compare plans of the model, or with replay those that were seen to hold, each with what it takes; model by default',
      exclusive: ['slo-sweep'],
    }),
    arrivals: arrivals({
      description: 'under which plans are to hold, as of harp plan',
      dependsOn: ['guarantee'],
    }),
    ...promiseFlags({ dependsOn: ['guarantee'] }),
    out: out('file to save the comparison to'),
  };

  async run(): Promise<ApplicationComparison | CostOverSlo | BenchmarkComparison> {
    const { args, flags } = await this.parse(Compare);
    const comparison = await this.apart('compare', {
      application: args.app,
      workloads: flags.benchmark ? (flags.workloads ?? Number.POSITIVE_INFINITY) : undefined,
      rateRps: flags.rate,
      sloMs: flags.slo,
      reserveMs: flags.reserve,
      sweep: flags['slo-sweep'] && { ...flags['slo-sweep'], steps: flags.steps ?? 24 },
      billing: flags.billing,
      statistic: flags.statistic,
      dummies: flags.dummies,
      pricesFile: flags.prices,
      timeLimitMs: flags['time-limit'] * 1000,
      ...(flags.guarantee === 'replay' && {
        promise: {
          arrivals: flags.arrivals ?? 'uniform',
          attainment: flags.attainment,
          fanOut: flags['fan-out'],
        },
      }),
      out: flags.out,
    });
    this.log(renderComparison(comparison, this.style));
    if (flags.out !== undefined) this.note(`saved to ${flags.out}`);
    if (comparison.kind === 'application-comparison' && foundNone(comparison))
      process.exitCode = EXIT_CODES.infeasible;
    return comparison;
  }
}
