import { Args, Flags } from '@oclif/core';
import { BaseCommand, tellError } from '../cli/base-command.ts';
import { dimension } from '../cli/dimension-flag.ts';
import { countList, out, percentage, positive } from '../cli/flags.ts';
import { STATISTICS, type Statistic } from '../domain/profile.ts';
import type { PrintedProfile, PrintedProfiles } from '../domain/profile-comparison.ts';
import { profileReport } from '../report/profile-report.ts';

export default class ProfileModels extends BaseCommand {
  static override summary = 'Measure how long batches of a model take on this machine.';
  static override description =
    `Batches are measured over batch sizes and numbers of cores, each in a fresh process confined to those cores, until it settles. A sweep measures the points that a plan could want, and enough to tell the others, which are predicted and marked so; --exhaustive measures all. Each point is saved as it finishes, to NAME.profile.json (of a provider other than cpu NAME.PROVIDER.profile.json) or --out. A file that is there already is replaced when the first point is finished; with --resume its points are kept where model, machine, runtime and options are the same.

A model whose batch is fixed at 1 gets a batch axis where that is safe and proven by runs: NAME.lifted.onnx beside the profile is what is measured, planned and served then. Of several models those that cannot be measured are listed in the end.

Ends with exit code 4 where a point did not settle or others kept it from its cores, or where --fail-on-regression could judge none, with 3 where that finds one; of several codes with the first of 2, 3, 5, 4. --json prints the profile, or a list for several models, in which an error document stands for a model that could not be measured; with --compare each has a "comparison".`;
  static override usage = '<%= command.id %> MODEL… [FLAGS]';
  static override examples = [
    '<%= config.bin %> profile resnet18.onnx',
    '<%= config.bin %> profile resnet18.onnx --batch-sizes 1,2,4,8,16 --cores 1,2 --resume',
    '<%= config.bin %> profile my-encoder.onnx --dim sequence=128',
    '<%= config.bin %> profile models/ --out profiles/',
    '<%= config.bin %> profile resnet18.onnx --out new.profile.json --compare old.profile.json --fail-on-regression 5',
  ];

  static override args = {
    models: Args.string({ description: 'ONNX files, or folders of them', required: true, multiple: true }),
  };
  static override flags = {
    'batch-sizes': countList({ description: 'requests in a batch', default: [1, 2, 4, 8] }),
    cores: countList({ description: 'cores of one process; 1, 2, 4, … up to the machine by default' }),
    provider: Flags.string({
      description: 'execution provider of onnxruntime: cpu, webgpu, or cuda and tensorrt where installed',
      default: 'cpu',
    }),
    hardware: Flags.string({
      description: 'name of this machine in profiles and price tables; "local", or "local-gpu" on a device',
    }),
    statistic: Flags.option({ options: STATISTICS, default: 'p95' as Statistic })({
      description: 'which figure of a measurement plans stand on',
    }),
    dim: dimension({
      description: 'length of a named dimension other than the batch',
      multiple: true,
      multipleNonGreedy: true,
    }),
    lift: Flags.boolean({
      description: 'give models of one row a batch axis where that is safe',
      default: true,
      allowNo: true,
    }),
    out: out('file to save to, or a folder'),
    exhaustive: Flags.boolean({ description: 'measure every point, predict none' }),
    compare: Flags.string({
      description: 'print what changed since this profile (several models: a folder of them)',
      helpValue: 'FILE',
    }),
    'fail-on-regression': percentage({
      description: 'exit code 3 where a point is slower than in --compare by more, beyond noise',
      dependsOn: ['compare'],
    }),
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

  async run(): Promise<PrintedProfile | PrintedProfiles> {
    const { args, flags } = await this.parse(ProfileModels);
    const { signal } = this;
    const { hardwareOf } = await import('../domain/provider.ts');
    const { runProfile } = await import('../cli/run-profile.ts');
    const { profileVerdict } = await import('../cli/profile-verdict.ts');
    const { withGate } = await import('../cli/regression-gate.ts');
    const { planCommands } = await import('../cli/plan-commands.ts');
    const run = await runProfile(
      {
        models: args.models,
        batchSizes: flags['batch-sizes'],
        cores: flags.cores,
        provider: flags.provider,
        hardware: flags.hardware ?? hardwareOf(flags.provider),
        statistic: flags.statistic,
        dims: Object.fromEntries((flags.dim ?? []).map(({ name, length }) => [name, length])),
        out: flags.out,
        resume: flags.resume,
        lift: flags.lift,
        exhaustive: flags.exhaustive,
        compareWith: flags.compare,
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
    const { profiled, failed } = run;
    if (profiled.length > 0) this.log(profiled.map((entry) => profileReport(entry, this.style)).join('\n\n'));
    const { problems, notes, exitCode } = profileVerdict(run, {
      allowUnstable: flags['allow-unstable'],
      slowerPercent: flags['fail-on-regression'],
    });
    for (const note of notes) this.note(note);
    for (const problem of problems) process.stderr.write(`${tellError(problem).text}\n`);
    if (exitCode > 0) process.exitCode = exitCode;
    else if (!this.jsonEnabled() && flags.compare === undefined)
      for (const line of planCommands(profiled)) this.note(line);
    const documents = profiled.map(({ profile, comparison }) => ({
      ...profile,
      ...(comparison && { comparison: withGate(comparison, flags['fail-on-regression']) }),
    }));
    if (documents.length === 1 && failed.length === 0) return documents[0]!;
    return [...documents, ...failed.map(({ file, error }) => ({ file, ...tellError(error).json }))];
  }
}
