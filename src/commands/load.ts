import { Args, Flags } from '@oclif/core';
import { arrivals } from '../cli/arrivals-flag.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { dimension } from '../cli/dimension-flag.ts';
import { count, positive } from '../cli/flags.ts';
import { HarpError } from '../domain/errors.ts';
import type { LoadResult } from '../load/load-result.ts';
import { renderLoad } from '../report/load-table.ts';

export default class Load extends BaseCommand {
  static override summary = 'Load a server of the Open Inference Protocol, and measure what its clients see.';

  static override description =
    'Sends requests at the times of their arrivals, whatever the server does, and measures latency from those times.';

  static override examples = [
    '<%= config.bin %> load http://127.0.0.1:8000 --rate 100 --slo 50',
    '<%= config.bin %> load http://127.0.0.1:8000 --plan squeezenet.plan.json',
    '<%= config.bin %> load http://127.0.0.1:8000 --arrivals steps:50@20,150@10 --slo 50',
    '<%= config.bin %> load http://127.0.0.1:8000 --model resnet18 --rate 30 --arrivals uniform --slo 200 --duration 60 --json',
  ];

  static override args = {
    url: Args.string({ description: 'address of the server', required: true }),
  };

  static override flags = {
    model: Flags.string({
      description: "model to send to; by default the plan's application, or the only one that there is",
      helpValue: 'NAME',
    }),
    plan: Flags.string({
      description:
        'plan that the server enforces: its rate and SLO are the defaults, and its promise is shown beside what was seen',
      helpValue: 'FILE',
    }),
    rate: positive({
      description: "requests per second; by default the plan's, or what the arrivals themselves say",
    }),
    slo: positive({ description: "answers later than this many ms are late; by default the plan's" }),
    arrivals: arrivals({ default: 'poisson' }),
    duration: positive({ description: 'seconds to measure', default: 10 }),
    warmup: Flags.integer({ description: 'seconds to send before that', default: 1, min: 0 }),
    rows: count({ description: 'rows of a request', default: 1 }),
    dim: dimension({
      description: 'length of another free axis, as dim1=128',
      multiple: true,
      multipleNonGreedy: true,
    }),
    seed: Flags.integer({ description: 'of arrivals and inputs', default: 1 }),
  };

  async run(): Promise<LoadResult> {
    const { args, flags } = await this.parse(Load);
    const { runLoad } = await import('../cli/run-load.ts');
    const result = await runLoad(
      {
        url: args.url,
        model: flags.model,
        planFile: flags.plan,
        rateRps: flags.rate,
        arrivals: flags.arrivals,
        durationS: flags.duration,
        warmupS: flags.warmup,
        sloMs: flags.slo,
        seed: flags.seed,
        rows: flags.rows,
        dims: Object.fromEntries((flags.dim ?? []).map(({ name, length }) => [name, length])),
      },
      { signal: this.signal, progress: this.progress() },
    );
    for (const warning of result.warnings) this.note(warning);
    this.log(renderLoad(result, this.style));
    if (this.signal.reason instanceof HarpError) process.exitCode = this.signal.reason.exitCode;
    return result;
  }
}
