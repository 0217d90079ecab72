import { Args, Flags } from '@oclif/core';
import { arrivals } from '../cli/arrivals-flag.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { dimension } from '../cli/dimension-flag.ts';
import { count, positive } from '../cli/flags.ts';
import { share } from '../cli/simulation-flags.ts';
import { EXIT_CODES, HarpError } from '../domain/errors.ts';
import { type LoadResult, TENSOR_FORMS } from '../domain/load.ts';
import { renderLoad } from '../report/load-table.ts';

export default class Load extends BaseCommand {
  static override summary = 'Load a server of the Open Inference Protocol, and measure what its clients see.';

  static override description =
    `Sends requests at the times of their arrivals, whatever the server does, and measures latency from those times.

URL is http:// or https:// for REST, grpc:// or grpcs:// for gRPC. Any server of the protocol will do; one that does not list its models, as only harp's does, needs --model.

Inputs are made up from the model's metadata, or read with --input from *.json (the body of an inference request), *.jsonl (one a line), or any other file as the raw bytes of a tensor; several take turns.

With --network-trace every request is held back for as long as the link would take it, and its time on the way counts.`;

  static override usage = '<%= command.id %> URL [FLAGS]';
  static override examples = [
    '<%= config.bin %> load http://127.0.0.1:8000 --rate 100 --slo 50',
    '<%= config.bin %> load http://127.0.0.1:8000 --plan squeezenet.plan.json',
    '<%= config.bin %> load http://127.0.0.1:8000 --arrivals steps:50@20,150@10 --slo 50',
    '<%= config.bin %> load grpc://127.0.0.1:8001 --model resnet18 --rate 30 --arrivals uniform --slo 200 --duration 60 --json',
    '<%= config.bin %> load http://127.0.0.1:8000 --plan squeezenet.plan.json --find-rate 0.99',
    '<%= config.bin %> load https://models.example:8000 --model detect --input photo.json --rate 20 --slo 300 --token-file token --max-violations 1%',
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
    input: Flags.string({
      description: 'inputs to send instead of made-up ones; NAME=FILE for one of several tensors',
      helpValue: 'FILE',
      multiple: true,
      multipleNonGreedy: true,
    }),
    tensors: Flags.option({ options: TENSOR_FORMS })({
      description: 'how they go over REST; by default binary where the server says that it takes it',
    }),
    'network-trace': Flags.string({
      description: 'bandwidth recorded second by second (bytes in column 5, ms in column 6)',
      helpValue: 'FILE',
    }),
    'request-bytes': count({
      description: 'what a request carries over that network; by default what is sent',
      dependsOn: ['network-trace'],
    }),
    'find-rate': share({
      description:
        'search the highest rate at which this share is in time; every rate tried takes --duration',
    }),
    'max-violations': Flags.string({
      description: 'exit code 3 if more requests are not answered in time: a number, or a share as 1%',
      helpValue: 'N|N%',
    }),
    'token-file': Flags.string({ description: "sent as 'Authorization: Bearer TOKEN'", helpValue: 'FILE' }),
    ca: Flags.string({ description: "PEM file of who signed the server's certificate", helpValue: 'FILE' }),
    'insecure-tls': Flags.boolean({ description: 'believe any certificate', exclusive: ['ca'] }),
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
        input: flags.input ?? [],
        tensors: flags.tensors,
        networkTrace: flags['network-trace'],
        requestBytes: flags['request-bytes'],
        findRateAt: flags['find-rate'],
        maxViolations: flags['max-violations'],
        tokenFile: flags['token-file'],
        caFile: flags.ca,
        insecureTls: flags['insecure-tls'],
      },
      { signal: this.signal, progress: this.progress() },
    );
    for (const warning of result.warnings) this.note(warning);
    this.log(renderLoad(result, this.style));
    if (result.gate?.passed === false) process.exitCode = EXIT_CODES['gate-failed'];
    if (this.signal.reason instanceof HarpError) process.exitCode = this.signal.reason.exitCode;
    return result;
  }
}
