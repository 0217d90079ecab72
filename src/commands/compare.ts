import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { count, positive, rangeMs, reserve } from '../cli/flags.ts';
import type { ApplicationComparison, BenchmarkComparison, CostOverSlo } from '../domain/comparison.ts';
import { EXIT_CODES } from '../domain/errors.ts';
import { BILLINGS, type Billing } from '../domain/plan.ts';
import { STATISTICS } from '../domain/profile.ts';
import { foundNone } from '../planning/compare-plans.ts';
import { renderComparison } from '../report/compare-table.ts';

export default class Compare extends BaseCommand {
  static override summary = 'Compare the planners: on one application, or on the benchmark.';
  static override description = `With APP: every planner's machines and cost side by side.
With --slo-sweep: what each costs from the tightest SLO to the loosest, for harp report to draw.
With --benchmark: costs, shares solved and run times over 1,131 seeded workloads on synthetic profiles, what each part of harpagon earns, and the published figures beside ours.

Ends with exit code 3 where no planner has a plan for APP.`;
  static override examples = [
    '<%= config.bin %> compare traffic.app.yaml',
    '<%= config.bin %> compare resnet18.profile.json --rate 100 --slo 200 --billing whole',
    '<%= config.bin %> compare traffic.app.yaml --slo-sweep 150..800 --json > sweep.json',
    '<%= config.bin %> compare --benchmark --json',
  ];

  static override args = {
    app: Args.string({ description: 'application or profile; - for either on stdin' }),
  };
  static override flags = {
    benchmark: Flags.boolean({
      description: 'compare on the benchmark',
      exclusive: ['rate', 'slo', 'slo-sweep', 'reserve', 'statistic', 'prices'],
    }),
    workloads: count({ description: "how many of the benchmark's workloads", dependsOn: ['benchmark'] }),
    rate: positive({ description: "requests per second, instead of the application's" }),
    slo: positive({ description: "milliseconds end to end, instead of the application's" }),
    reserve: reserve(),
    'slo-sweep': rangeMs({
      description: 'costs over SLOs in ms, closer together where they are tight',
      helpValue: 'MIN..MAX',
      exclusive: ['slo'],
    }),
    steps: Flags.integer({
      description: 'how many SLOs, 24 by default',
      min: 2,
      max: 500,
      dependsOn: ['slo-sweep'],
    }),
    billing: Flags.option({ options: BILLINGS, default: 'proportional' as Billing })({
      description: 'charge a partly used machine by its share, or whole',
    }),
    statistic: Flags.option({ options: STATISTICS })({
      description: 'which figure of measured durations to plan with; as profiled by default',
    }),
    dummies: Flags.boolean({ description: 'buy padding where it saves money', default: true, allowNo: true }),
    prices: Flags.string({ description: 'prices of hardware', helpValue: 'FILE' }),
  };

  async run(): Promise<ApplicationComparison | CostOverSlo | BenchmarkComparison> {
    const { args, flags } = await this.parse(Compare);
    const { runCompare } = await import('../cli/run-compare.ts');
    const comparison = await runCompare(
      {
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
      },
      this.progress(),
    );
    this.log(renderComparison(comparison, this.style));
    if (comparison.kind === 'application-comparison' && foundNone(comparison))
      process.exitCode = EXIT_CODES.infeasible;
    return comparison;
  }
}
