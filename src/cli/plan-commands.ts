/** The commands that plan with profiles that were just measured, as a user may paste them. */
import type { HardwareTable } from '../domain/hardware.ts';
import type { Profile } from '../domain/profile.ts';
import { shellWord } from '../domain/shell-word.ts';
import { loadHardware } from '../files/load-hardware.ts';
import { suggestObjective } from '../planning/suggest-objective.ts';

interface SavedProfile {
  readonly file: string;
  readonly profile: Profile;
}

/** A line each. */
export function planCommands(saved: readonly SavedProfile[]): string[] {
  const prices = loadHardware(undefined);
  return saved.map((profile) => planCommand(profile, prices));
}

/** @param prices that come with harp: of other hardware the user has to say what it costs */
function planCommand({ file, profile: { points } }: SavedProfile, prices: HardwareTable): string {
  const { rateRps, sloMs } = suggestObjective(points);
  const command = `→ harp plan ${shellWord(file)} --rate ${rateRps} --slo ${sloMs}`;
  const unpriced = [...new Set(points.map(({ hardware }) => hardware))].filter((name) => !prices[name]);
  if (unpriced.length === 0) return command;
  const entries = unpriced.map((name) => `${name}: { pricePerHour: … }`).join(', ');
  return `${command} --prices prices.yaml, with "hardware: { ${entries} }" in that file`;
}
