import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { positive, processId } from '../cli/flags.ts';
import type { StoppedDaemons } from '../domain/daemon.ts';
import { renderStopped } from '../report/daemon-table.ts';

export default class Stop extends BaseCommand {
  static override summary = 'Stop a daemon: what it accepted is answered first.';
  static override examples = [
    '<%= config.bin %> stop',
    '<%= config.bin %> stop 4711',
    '<%= config.bin %> stop --all',
  ];
  static override args = {
    pid: processId({ description: 'process of the daemon, where more than one runs' }),
  };
  static override flags = {
    all: Flags.boolean({ description: 'all that run; none is no error' }),
    wait: positive({ default: 30, description: 'seconds that it may take' }),
  };

  async run(): Promise<StoppedDaemons> {
    const { args, flags } = await this.parse(Stop);
    const { stopDaemons } = await import('../cli/run-daemons.ts');
    const stopped = await stopDaemons(args.pid ?? (flags.all ? 'all' : 'only'), flags.wait * 1000);
    this.log(renderStopped(stopped));
    return stopped;
  }
}
