import { Args, Flags } from '@oclif/core';
import { arrivals } from '../cli/arrivals-flag.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { out, positive } from '../cli/flags.ts';
import { planningFlags, promiseFlags } from '../cli/planning-flags.ts';
import { EXIT_CODES } from '../domain/errors.ts';
import { GUARANTEES, type Guarantee, type Plan } from '../domain/plan.ts';
import { ABLATION_NAMES } from '../planning/harpagon.ts';
import { PLANNER_CHOICES, type PlannerChoice } from '../planning/problem.ts';
import { renderPlan } from '../report/plan-table.ts';

export default class PlanApplication extends BaseCommand {
  static override summary = 'Find the cheapest machines and batch sizes that keep a latency objective.';
  static override description =
    `APP is an application (*.app.yaml), a single profile, or - for either on stdin; a profile needs --rate and --slo. Prices come with harp; --prices FILE (hardware.yaml, or a catalogue of SkyPilot, *.csv) goes before them, the application's own "hardware" before both.

Whatever the planner, a plan of the model carries a lower bound: none of this model costs less (--planner simulated has one of its own for single modules). The model takes a batch to wait for as many requests as it has; dispatching that does better may hold on fewer machines.

A plan is replayed in virtual time before it is told, by the decisions that harp serve takes: with evenly spaced requests, all of which must be in time, or with those of --arrivals. One that misses is repaired, at other rules or a little more cost; the output shows both costs. --guarantee model leaves that out, as harp compare does by default.

Ends with exit code 3 where no plan exists, and says which modules bind and what they need, or where no plan was found that holds, or where it costs more than --max-cost.`;
  static override usage = '<%= command.id %> APP [FLAGS]';
  static override examples = [
    '<%= config.bin %> plan traffic.app.yaml --explain',
    '<%= config.bin %> plan resnet18.profile.json --rate 100 --slo 200 --out resnet18.plan.json',
    '<%= config.bin %> plan traffic.app.yaml --slo 250 --billing whole --json',
    '<%= config.bin %> plan traffic.app.yaml --arrivals poisson --attainment 0.99',
    '<%= config.bin %> plan traffic.app.yaml --max-cost 0.50',
  ];

  static override args = {
    app: Args.string({ description: 'application or profile', required: true }),
  };
  static override flags = {
    ...planningFlags,
    planner: Flags.option({ options: PLANNER_CHOICES, default: 'optimal' as PlannerChoice })({
      description:
        'how to search; simulated tries whole machines until they hold, and may find cheaper ones than the model knows',
    }),
    ablation: Flags.option({ options: ABLATION_NAMES })({
      description: 'harpagon without one of its parts, or with another in its place',
    }),
    guarantee: Flags.option({ options: GUARANTEES, default: 'replay' as Guarantee })({
      description: 'what the plan stands on: that it was seen to hold, or the model alone',
    }),
    arrivals: arrivals({ default: 'uniform' }),
    ...promiseFlags(),
    explain: Flags.boolean({
      description: 'say what binds, what else could run, and what other SLOs and rates cost',
    }),
    'max-cost': positive({ description: 'USD per hour; exit code 3 if the plan costs more' }),
    out: out('file to save the plan to'),
  };

  async run(): Promise<Plan> {
    const { args, flags } = await this.parse(PlanApplication);
    const plan = await this.apart('plan', {
      application: args.app,
      rateRps: flags.rate,
      sloMs: flags.slo,
      reserveMs: flags.reserve,
      planner: flags.planner,
      ablation: flags.ablation,
      timeLimitMs: flags['time-limit'] * 1000,
      billing: flags.billing,
      statistic: flags.statistic,
      dummies: flags.dummies,
      pricesFile: flags.prices,
      explain: flags.explain,
      maxCostPerHour: flags['max-cost'],
      ...(flags.guarantee === 'replay' && {
        promise: { arrivals: flags.arrivals, attainment: flags.attainment, fanOut: flags['fan-out'] },
      }),
      out: flags.out,
    });
    const { planWarnings } = await import('../cli/plan-warnings.ts');
    this.log(renderPlan(plan, this.style));
    for (const warning of planWarnings(plan, this.argv)) this.note(warning);
    if (flags.out !== undefined) this.note(plan.feasible ? `saved to ${flags.out}` : 'no plan to save');
    if (!plan.feasible) process.exitCode = EXIT_CODES.infeasible;
    else if (plan.gate?.passed === false) process.exitCode = EXIT_CODES['gate-failed'];
    return plan;
  }
}
