import { Args, Flags } from '@oclif/core';
import { BaseCommand, tellError } from '../cli/base-command.ts';
import { dimension } from '../cli/dimension-flag.ts';
import { countList, out, positive } from '../cli/flags.ts';
import { type Profile, STATISTICS, type Statistic } from '../domain/profile.ts';
import { profileTable } from '../report/profile-table.ts';

export default class ProfileModels extends BaseCommand {
  static override summary = 'Measure how long batches of a model take on this machine.';
  static override description =
    `Every batch size on every number of cores is measured in a fresh process confined to those cores,
until it settles. Each point is saved as it finishes, to NAME.profile.json or --out. A file that is there already is replaced when the first
point is finished; with --resume its points are kept where model, machine, runtime and options are the same.

Ends with exit code 4 where a point did not settle. --json prints the profile, or a list of them for several models.`;
  static override examples = [
    '<%= config.bin %> profile resnet18.onnx',
    '<%= config.bin %> profile resnet18.onnx --batch-sizes 1,2,4,8,16 --cores 1,2 --resume',
    '<%= config.bin %> profile my-encoder.onnx --dim sequence=128',
    '<%= config.bin %> profile models/*.onnx --out profiles/',
  ];

  static override args = {
    models: Args.string({ description: 'ONNX file, or several', required: true, multiple: true }),
  };
  static override flags = {
    'batch-sizes': countList({ description: 'requests in a batch', default: [1, 2, 4, 8] }),
    cores: countList({ description: 'cores of one process; 1, 2, 4, … up to the machine by default' }),
    provider: Flags.string({ description: 'execution provider of onnxruntime', default: 'cpu' }),
    hardware: Flags.string({
      description: 'name of this machine in profiles and price tables',
      default: 'local',
    }),
    statistic: Flags.option({ options: STATISTICS, default: 'p95' as Statistic })({
      description: 'which figure of a measurement plans stand on',
    }),
    dim: dimension({
      description: 'length of a named dimension other than the batch',
      multiple: true,
      multipleNonGreedy: true,
    }),
    out: out('file to save to, or a folder'),
    resume: Flags.boolean({ description: 'keep the points that are in the file already' }),
    'min-duration': positive({ description: 'seconds to measure each point for, at least', default: 1 }),
    'max-duration': positive({ description: 'seconds after which a point counts as unstable', default: 10 }),
    'min-runs': Flags.integer({
      description: 'batches to run for each point, at least',
      default: 20,
      min: 1,
    }),
    'allow-unstable': Flags.boolean({ description: 'exit code 0 even where points did not settle' }),
  };

  async run(): Promise<Profile | Profile[]> {
    const { args, flags } = await this.parse(ProfileModels);
    const { signal } = this;
    const { instability, runProfile } = await import('../cli/run-profile.ts');
    const profiled = await runProfile(
      {
        models: args.models,
        batchSizes: flags['batch-sizes'],
        cores: flags.cores,
        provider: flags.provider,
        hardware: flags.hardware,
        statistic: flags.statistic,
        dims: Object.fromEntries((flags.dim ?? []).map(({ name, length }) => [name, length])),
        out: flags.out,
        resume: flags.resume,
        limits: {
          warmUpMs: 250,
          warmUpRuns: 3,
          minDurationMs: flags['min-duration'] * 1000,
          minRuns: flags['min-runs'],
          maxDurationMs: flags['max-duration'] * 1000,
        },
      },
      signal,
      this.progress(),
    );
    const profiles = profiled.map(({ profile }) => profile);
    this.log(profiled.map((entry) => profileTable(entry, this.style)).join('\n\n'));
    const unstable = flags['allow-unstable'] ? undefined : instability(profiles);
    if (unstable) {
      const { text, exitCode } = tellError(unstable);
      process.stderr.write(`${text}\n`);
      process.exitCode = exitCode;
    }
    return profiles.length === 1 ? profiles[0]! : profiles;
  }
}
