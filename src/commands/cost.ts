import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import type { PlanCost } from '../domain/plan-cost.ts';
import { renderCost } from '../report/cost-table.ts';

export default class Cost extends BaseCommand {
  static override summary = 'Say what a plan costs per hour, per month and per million requests.';
  static override description =
    `PLAN is a plan's file, or - for one on stdin. A month has 730 hours; requests are those of the planned rate.

Prices are those of the plan, with their source and date. --prices FILE puts others in their place: hardware.yaml, or a catalogue of SkyPilot (*.csv). It must name every kind of machine that the plan uses.`;
  static override examples = [
    '<%= config.bin %> cost traffic.plan.json',
    '<%= config.bin %> cost traffic.plan.json --prices vms.csv',
    '<%= config.bin %> plan traffic.app.yaml --json | <%= config.bin %> cost -',
  ];

  static override args = { plan: Args.string({ description: "plan's file, or -", required: true }) };
  static override flags = {
    prices: Flags.string({ description: "prices in place of the plan's", helpValue: 'FILE' }),
  };

  async run(): Promise<PlanCost> {
    const { args, flags } = await this.parse(Cost);
    const { runCost } = await import('../cli/run-cost.ts');
    const cost = runCost(args.plan, flags.prices);
    this.log(renderCost(cost, this.style));
    return cost;
  }
}
