import { Args, Flags } from '@oclif/core';
import { arrivals } from '../cli/arrivals-flag.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { count, out, positive, reserve } from '../cli/flags.ts';
import { ruleList, share } from '../cli/simulation-flags.ts';
import { DEADLINE_RULES, DISPATCH_RULES } from '../domain/enforcement.ts';
import { EXIT_CODES } from '../domain/errors.ts';
import type { ScalingExperiment } from '../domain/scaling-experiment.ts';
import {
  FAN_OUTS,
  type FanOut,
  type SimulationComparison,
  type SimulationResult,
} from '../domain/simulation.ts';
import { renderScaling } from '../report/scaling-table.ts';
import { renderSimulation } from '../report/simulation-table.ts';
import { SCALING_POLICIES } from '../scaling/policies.ts';

const SYNTAXES = SCALING_POLICIES.map(({ syntax }) => syntax);

export default class Simulate extends BaseCommand {
  static override summary = 'Run a plan in virtual time, with the decisions that the daemon would make.';
  static override description =
    `PLAN is a plan (*.plan.json), or - for one on stdin. An application or a profile is planned first, as harp plan does without flags; --rate, --slo and --reserve then are what is planned for, too.
To see a plan under another load: harp plan APP --json | harp simulate - --rate 200

With --scaling cores follow the deadlines that a network leaves: policies side by side, for a profile of several core counts, or an application or a plan of one module that stands on such a profile, which say rate and SLO. Of a profile without other flags that is the published experiment of Sponge: 20 requests/s of 303,600 bytes for 600 s, within 1000 ms, in bursts and at random, with exact durations and with 6 % of jitter.

Ends with exit code 3 where fewer requests than --attainment are in time, whichever the rule.`;
  static override usage = [
    '<%= command.id %> PLAN|APP [FLAGS]',
    '<%= command.id %> PLAN|APP --scaling POLICY,… [FLAGS]',
  ];
  static override examples = [
    '<%= config.bin %> simulate traffic.app.yaml --arrivals poisson --duration 600',
    '<%= config.bin %> simulate traffic.plan.json --dispatch planned,deferred,eager --find-rate 0.99',
    '<%= config.bin %> simulate traffic.plan.json --service-times jitter:0.05 --attainment 0.99 --json',
    '<%= config.bin %> simulate traffic.plan.json --faults "down:detect/0@3s,up:detect/0@5s"',
    '<%= config.bin %> simulate profiles/yolov5s-sponge.profile.json --scaling all',
    '<%= config.bin %> simulate yolo.app.yaml --scaling sponge',
    '<%= config.bin %> simulate yolo.profile.json --scaling sponge,static:8 --network-trace bus.log --arrivals poisson --rate 10',
  ];

  static override args = {
    plan: Args.string({ description: 'plan, application or profile', required: true }),
  };
  static override flags = {
    arrivals: arrivals({ default: 'poisson' }),
    rate: positive({ description: "requests per second; by default the plan's" }),
    slo: positive({ description: "milliseconds from sending to answer; by default the plan's" }),
    reserve: reserve(),
    duration: positive({
      description: 'seconds in which requests are sent; 60 by default, or the whole of a trace',
      exclusive: ['requests'],
    }),
    requests: count({ description: 'how many are sent, instead of a duration' }),
    seed: Flags.integer({
      description: 'of all that is random; the same seed gives the same bytes',
      default: 1,
    }),
    dispatch: ruleList({
      description: `rules by which batches leave, ${DISPATCH_RULES.join(', ')}; several on one table; by default the plan's`,
    }),
    deadlines: Flags.option({ options: DEADLINE_RULES })({
      description: "what a stage's deadline is counted by, inside the SLO; by default as the plan says",
    }),
    paced: Flags.boolean({
      description: 'pass results on at their planned times, no earlier',
      allowNo: true,
    }),
    'service-times': Flags.string({
      description: 'how long batches take: exact, measured (drawn as the profile saw them), or jitter:CV',
      default: 'exact',
      helpValue: 'TIMES',
    }),
    'fan-out': Flags.option({ options: FAN_OUTS, default: 'even' as FanOut })({
      description: 'how a mean of 1.8 tasks a request becomes whole numbers',
    }),
    faults: Flags.string({
      description:
        'workers that are lost and come back: "down:detect/0@3s,up:detect/0@5s" (module, worker from 0, time), or a file with one a line',
      helpValue: 'FAULTS',
    }),
    'network-delay': Flags.string({
      description: 'milliseconds from sending to arrival, as 5 or uniform:5..20; the SLO includes them',
      helpValue: 'MS',
    }),
    scaling: Flags.string({
      description: `policies that choose cores while requests come: ${SYNTAXES.join(', ')}, or all`,
      helpValue: 'POLICY',
      multiple: true,
      delimiter: ',',
      exclusive: [
        'dispatch',
        'deadlines',
        'paced',
        'requests',
        'faults',
        'network-delay',
        'reserve',
        'find-rate',
        'attainment',
      ],
    }),
    'network-trace': Flags.string({
      description:
        'bandwidth recorded second by second (bytes in column 5, ms in column 6); a synthetic 4G trace by default',
      helpValue: 'FILE',
      dependsOn: ['scaling'],
    }),
    'request-bytes': count({
      description: 'what a request carries over the network',
      dependsOn: ['scaling'],
    }),
    'find-rate': share({ description: 'search the highest rate at which this share is in time' }),
    attainment: share({ description: 'exit code 3 if less than this share is in time' }),
    out: out('file to save the result to'),
  };

  async run(): Promise<SimulationResult | SimulationComparison | ScalingExperiment> {
    const { args, flags, metadata } = await this.parse(Simulate);
    if (flags.scaling !== undefined) {
      const said = (flag: 'arrivals' | 'service-times') =>
        metadata.flags[flag]?.setFromDefault ? undefined : flags[flag];
      const experiment = await this.apart('scaling', {
        file: args.plan,
        scaling: flags.scaling,
        networkTrace: flags['network-trace'],
        requestBytes: flags['request-bytes'],
        arrivals: said('arrivals'),
        serviceTimes: said('service-times'),
        rateRps: flags.rate,
        sloMs: flags.slo,
        durationS: flags.duration,
        seed: flags.seed,
        out: flags.out,
      });
      this.log(renderScaling(experiment, this.style));
      for (const warning of experiment.warnings ?? []) this.note(`warning: ${warning}`);
      if (flags.out !== undefined) this.note(`saved to ${flags.out}`);
      return experiment;
    }
    const { result, passed } = await this.apart('simulate', {
      plan: args.plan,
      arrivals: flags.arrivals,
      rateRps: flags.rate,
      sloMs: flags.slo,
      reserveMs: flags.reserve,
      durationS: flags.duration,
      requests: flags.requests,
      seed: flags.seed,
      dispatch: flags.dispatch,
      deadlines: flags.deadlines,
      paced: flags.paced,
      serviceTimes: flags['service-times'],
      fanOut: flags['fan-out'],
      faults: flags.faults,
      networkDelay: flags['network-delay'],
      findRateAt: flags['find-rate'],
      attainment: flags.attainment,
      out: flags.out,
    });
    this.log(renderSimulation(result, this.style));
    if (flags.out !== undefined) this.note(`saved to ${flags.out}`);
    if (!passed) process.exitCode = EXIT_CODES['gate-failed'];
    return result;
  }
}
