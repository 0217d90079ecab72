import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { planCommands } from '../../src/cli/plan-commands.ts';
import PlanApplication from '../../src/commands/plan.ts';
import { loadHardware } from '../../src/files/load-hardware.ts';
import { loadProfile } from '../../src/files/load-profile.ts';
import { runCommand } from '../commands/run-command.ts';

const files = readdirSync('profiles')
  .filter((name) => name.endsWith('.profile.json'))
  .map((name) => `profiles/${name}`);
const commandFor = (file: string) => planCommands([{ file, profile: loadProfile(file) }])[0]!;

describe('the command that harp profile ends with', () => {
  const prices = loadHardware(undefined);
  const priced = files.filter((file) => loadProfile(file).points.every(({ hardware }) => prices[hardware]));

  test('there are profiles to try it on', () => expect(priced.length).toBeGreaterThan(3));

  test.each(priced)('finds a plan that holds: %s', async (file) => {
    const [arrow, harp, plan, ...argv] = commandFor(file).split(' ');
    expect([arrow, harp, plan, argv[0]]).toEqual(['→', 'harp', 'plan', file]);
    const { exitCode, stderr } = await runCommand(PlanApplication, [...argv, '--quiet', '--json']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });

  test('of hardware without a price it says where one goes', () => {
    const profile = {
      schemaVersion: 1 as const,
      kind: 'profile' as const,
      model: { name: 'm' },
      points: [{ hardware: 't4', cores: 1, batchSize: 8, durationMs: 40 }],
    };
    expect(planCommands([{ file: "it's mine.json", profile }])).toEqual([
      `→ harp plan 'it'\\''s mine.json' --rate 100 --slo 200 --prices prices.yaml, with "hardware: { t4: { pricePerHour: … } }" in that file`,
    ]);
  });
});
