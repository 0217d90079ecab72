import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { address, count } from '../cli/flags.ts';

export default class Serve extends BaseCommand {
  static override summary = 'Run a daemon that enforces a plan.';
  static override description =
    'Starts one worker process per machine of the plan, confined to its cores, and serves the Open Inference Protocol. ' +
    'The first line on stdout names what it listens on. SIGTERM or Ctrl-C: what was accepted is answered, then it ends.';
  static override examples = [
    '<%= config.bin %> serve squeezenet.plan.json',
    '<%= config.bin %> serve fleet.plan.json --emulate --http 127.0.0.1:0',
  ];
  static override args = { plan: Args.string({ required: true, description: 'plan file, or - for stdin' }) };
  static override flags = {
    http: address({
      default: { host: '127.0.0.1', port: 8000 },
      defaultHelp: async () => '127.0.0.1:8000',
      description: 'address of the REST side; port 0 picks a free one',
    }),
    emulate: Flags.boolean({ description: 'wait the planned durations instead of computing' }),
    'share-cores': Flags.boolean({ description: 'let workers share cores where the machine has too few' }),
    force: Flags.boolean({ description: 'serve a plan of another machine or of a model that has changed' }),
    insecure: Flags.boolean({ description: 'listen on addresses that other machines can reach' }),
    'queue-limit': count({ default: 10_000, description: 'requests that may wait at each module' }),
    'body-limit': count({ default: 64, description: 'largest request body, MiB' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Serve);
    const { signal } = this;
    const { runServe } = await import('../cli/run-serve.ts');
    const { renderListening, renderServing, listening } = await import('../report/serve-table.ts');
    const progress = this.progress();
    progress.update('starting workers');
    const serving = await runServe({
      planFile: args.plan,
      http: flags.http,
      emulate: flags.emulate,
      shareCores: flags['share-cores'],
      force: flags.force,
      insecure: flags.insecure,
      signal,
      queueLimit: flags['queue-limit'],
      bodyLimitMiB: flags['body-limit'],
      version: this.config.version,
      onEvent: (text) => this.note(text),
    }).finally(() => progress.stop());
    const names = listening(serving.daemon.url, process.pid);
    if (this.jsonEnabled()) this.logJson(names);
    this.log(`${renderListening(names)}\n${renderServing(serving, this.style)}`);
    for (const note of serving.notes) this.note(note);
    if (!signal.aborted)
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    this.note('stopping: answering what was accepted');
    await serving.daemon.stop();
  }
}
