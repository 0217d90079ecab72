import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { assertSwitches, unknownVariables, withConfigFile, withEnvironment } from '../cli/config-flags.ts';
import { address, count } from '../cli/flags.ts';
import { LOG_FORMATS, type LogFormat } from '../cli/serve-log.ts';
import { listeningAt } from '../domain/daemon.ts';
import { SCALING_MODES } from '../domain/plan.ts';
import { followableSyntaxes } from '../scaling/policies.ts';

export default class Serve extends BaseCommand {
  static override summary = 'Run a daemon that enforces a plan.';
  static override description =
    'Starts one worker process per machine of the plan, confined to its cores, and serves the Open Inference Protocol. ' +
    'The first line on stdout names what it listens on. SIGTERM or Ctrl-C: what was accepted is answered, then it ends. ' +
    'The log goes to stderr, also with --quiet, which leaves out notes of starting and stopping. ' +
    'Every flag may also stand in a --config file, or come from the environment, as HARP_SERVE_QUEUE_LIMIT.';
  static override usage = '<%= command.id %> PLAN [FLAGS]';
  static override examples = [
    '<%= config.bin %> serve squeezenet.plan.json',
    '<%= config.bin %> serve fleet.plan.json --emulate --http 127.0.0.1:0',
  ];
  static override args = { plan: Args.string({ required: true, description: 'plan file, or - for stdin' }) };
  static override flags = withEnvironment('SERVE', {
    http: address({
      default: { host: '127.0.0.1', port: 8000 },
      defaultHelp: async () => '127.0.0.1:8000',
      description: 'address of the REST side; port 0 picks a free one',
    }),
    grpc: address({ description: 'address of the gRPC side; the port after that of --http by default' }),
    metrics: address({
      description: 'address of the metrics, which --http has too; the port after by default',
    }),
    'token-file': Flags.string({
      description: 'clients must bring the token in this file',
      helpValue: 'FILE',
    }),
    'tls-cert': Flags.string({ description: 'certificate chain (PEM): TLS on all ports', helpValue: 'FILE' }),
    'tls-key': Flags.string({ description: 'key of the certificate (PEM)', helpValue: 'FILE' }),
    emulate: Flags.boolean({ description: 'wait the planned durations instead of computing' }),
    scaling: Flags.option({ options: SCALING_MODES })({
      description:
        'whether cores of running workers follow the deadlines (vertical), or it is only told how they would (advisory); as the application says by default',
    }),
    'scaling-policy': Flags.string({
      default: 'sponge',
      description: `who decides about cores: ${followableSyntaxes().join(', ')}`,
      helpValue: 'NAME',
    }),
    'share-cores': Flags.boolean({ description: 'let workers share cores where the machine has too few' }),
    force: Flags.boolean({
      description:
        'serve a plan of another machine, of a model that has changed, or of more memory than there is',
    }),
    insecure: Flags.boolean({ description: 'listen on addresses that other machines can reach' }),
    'queue-limit': count({
      default: 10_000,
      description: 'rows that may wait at each module, of requests and of what modules make of them',
    }),
    'body-limit': count({ default: 64, description: 'largest request body, MiB' }),
    'memory-limit': count({
      description: 'what requests under way may hold together, MiB; a share of the memory by default',
    }),
    'log-format': Flags.option({ options: LOG_FORMATS, default: 'text' as LogFormat })({
      description: 'how the log on stderr is written: for people, or a JSON document a line',
    }),
    'log-requests': Flags.boolean({ description: 'a line in the log for every request' }),
    detach: Flags.boolean({ description: 'return once it listens; see harp status and harp stop' }),
    config: Flags.string({ description: 'flags by name, as YAML or JSON', helpValue: 'FILE' }),
  });

  async run(): Promise<void> {
    await this.parse(Serve);
    assertSwitches(Serve.flags);
    const argv = withConfigFile(this.argv, Serve.flags);
    const { args, flags } = await this.parse(Serve, argv);
    // A detached daemon tells it in its log, too.
    const unknown = unknownVariables('SERVE', Serve.flags);
    if (flags.detach) {
      for (const text of unknown) this.note(text);
      return this.startDetached(argv, args.plan);
    }
    const { signal } = this;
    const { runServe } = await import('../cli/run-serve.ts');
    const { renderListening, renderServing } = await import('../report/serve-table.ts');
    const progress = this.progress();
    progress.update('starting workers');
    const serving = await runServe({
      planFile: args.plan,
      http: flags.http,
      grpc: flags.grpc,
      metrics: flags.metrics,
      tokenFile: flags['token-file'],
      tlsCertificate: flags['tls-cert'],
      tlsKey: flags['tls-key'],
      emulate: flags.emulate,
      scaling: flags.scaling,
      scalingPolicy: flags['scaling-policy'],
      shareCores: flags['share-cores'],
      force: flags.force,
      insecure: flags.insecure,
      signal,
      queueLimit: flags['queue-limit'],
      bodyLimitMiB: flags['body-limit'],
      memoryLimitMiB: flags['memory-limit'],
      version: this.config.version,
      logFormat: flags['log-format'],
      logRequests: flags['log-requests'],
      log: (line) => process.stderr.write(`${line}\n`),
    }).finally(() => progress.stop());
    const { listening, log } = serving;
    const note = (text: string, fields?: object): void => {
      if (!this.quiet) log.onEvent(text, fields);
    };
    if (flags['log-format'] === 'json') note(renderListening(listening), listening);
    // Of a detached daemon both streams are the log, and lines of JSON stay so.
    if (flags['log-format'] !== 'json' || listening.log === undefined) {
      if (this.jsonEnabled()) this.logJson(listening);
      this.log(`${renderListening(listening)}\n${renderServing(serving, this.style)}`);
    }
    for (const text of [...unknown, ...serving.notes]) note(text);
    if (!signal.aborted)
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    note('stopping: answering what was accepted');
    await serving.stop();
  }

  private async startDetached(argv: readonly string[], plan: string): Promise<void> {
    const { detach } = await import('../cli/detach.ts');
    const { renderDetached } = await import('../report/serve-table.ts');
    const listening = listeningAt(await detach(argv, plan === '-' ? 'inherit' : 'ignore', this.signal));
    if (this.jsonEnabled()) this.logJson(listening);
    this.log(renderDetached(listening));
  }
}
