import { BaseCommand } from '../cli/base-command.ts';
import type { DaemonStatus } from '../domain/daemon.ts';
import { renderDaemons } from '../report/daemon-table.ts';

export default class Status extends BaseCommand {
  static override summary = 'List the daemons that run, and whether they take requests.';
  static override examples = ['<%= config.bin %> status', '<%= config.bin %> status --json'];

  async run(): Promise<DaemonStatus> {
    await this.parse(Status);
    const { daemonStatus } = await import('../cli/run-daemons.ts');
    const status = await daemonStatus();
    this.log(renderDaemons(status, this.style));
    return status;
  }
}
