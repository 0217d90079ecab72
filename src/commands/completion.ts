import { Args } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { completedCommands } from '../cli/completed-commands.ts';
import { type Completion as CompletionDocument, SHELLS, type Shell } from '../domain/completion.ts';
import { completionScript } from '../report/completion-script.ts';

export default class Completion extends BaseCommand {
  static override summary = 'Print a script that completes commands, flags and their values in your shell.';
  static override examples = [
    'source <(<%= config.bin %> completion bash)   # in ~/.bashrc',
    'source <(<%= config.bin %> completion zsh)    # in ~/.zshrc',
    '<%= config.bin %> completion fish > ~/.config/fish/completions/harp.fish',
  ];

  static override args = {
    shell: Args.string({ description: 'whose', options: [...SHELLS], required: true }),
  };

  async run(): Promise<CompletionDocument> {
    const { args } = await this.parse(Completion);
    const shell = args.shell as Shell;
    const script = completionScript(shell, completedCommands(this.config.commands));
    this.log(script);
    return { schemaVersion: 1, kind: 'completion', shell, script };
  }
}
