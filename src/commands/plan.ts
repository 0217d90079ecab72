import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { out, positive } from '../cli/flags.ts';
import { EXIT_CODES } from '../domain/errors.ts';
import { BILLINGS, type Billing, type Plan } from '../domain/plan.ts';
import { STATISTICS } from '../domain/profile.ts';
import { PLANNER_NAMES, type PlannerName } from '../planning/problem.ts';
import { renderPlan } from '../report/plan-table.ts';

export default class PlanApplication extends BaseCommand {
  static override summary = 'Find the cheapest machines and batch sizes that keep a latency objective.';
  static override description =
    `APP is an application (*.app.yaml), a single profile, or - for either on stdin; a profile needs --rate and --slo.
Prices come with harp; --prices FILE goes before them, the application's own "hardware" before both.

Ends with exit code 3 where no plan exists, and says which modules bind and what they need.`;
  static override examples = [
    '<%= config.bin %> plan traffic.app.yaml',
    '<%= config.bin %> plan resnet18.profile.json --rate 100 --slo 200 --out resnet18.plan.json',
    '<%= config.bin %> plan traffic.app.yaml --slo 250 --billing whole --json',
  ];

  static override args = {
    app: Args.string({ description: 'application or profile', required: true }),
  };
  static override flags = {
    rate: positive({ description: "requests per second, instead of the application's" }),
    slo: positive({ description: "milliseconds end to end, instead of the application's" }),
    planner: Flags.option({ options: PLANNER_NAMES, default: 'harpagon' as PlannerName })({
      description: 'how to search',
    }),
    billing: Flags.option({ options: BILLINGS, default: 'proportional' as Billing })({
      description: 'charge a partly used machine by its share, or whole',
    }),
    statistic: Flags.option({ options: STATISTICS })({
      description: 'which figure of measured durations to plan with; as profiled by default',
    }),
    dummies: Flags.boolean({ description: 'buy padding where it saves money', default: true, allowNo: true }),
    prices: Flags.string({ description: 'prices of hardware', helpValue: 'FILE' }),
    out: out('file to save the plan to'),
  };

  async run(): Promise<Plan> {
    const { args, flags } = await this.parse(PlanApplication);
    const { runPlan } = await import('../cli/run-plan.ts');
    const plan = runPlan({
      application: args.app,
      rateRps: flags.rate,
      sloMs: flags.slo,
      planner: flags.planner,
      billing: flags.billing,
      statistic: flags.statistic,
      dummies: flags.dummies,
      pricesFile: flags.prices,
      out: flags.out,
    });
    this.log(renderPlan(plan, this.style));
    if (flags.out !== undefined) this.note(`saved to ${flags.out}`);
    if (!plan.feasible) process.exitCode = EXIT_CODES.infeasible;
    return plan;
  }
}
