import { BaseCommand } from '../cli/base-command.ts';
import { renderDaemons } from '../report/daemon-table.ts';

export default class Status extends BaseCommand {
  static override summary = 'List the daemons that run, and whether they take requests.';
  static override examples = ['<%= config.bin %> status', '<%= config.bin %> status --json'];

  async run() {
    await this.parse(Status);
    const { daemonStatuses } = await import('../cli/run-daemons.ts');
    const daemons = await daemonStatuses();
    this.log(renderDaemons(daemons, this.style));
    return { daemons };
  }
}
