/** What `harp profile` prints of a model: its profile, and what changed where that was asked for. */
import type { Profile } from '../domain/profile.ts';
import type { ProfileComparison } from '../domain/profile-comparison.ts';
import { comparisonTable } from './comparison-table.ts';
import { profileTable } from './profile-table.ts';
import type { Style } from './style.ts';

interface ReportedProfile {
  readonly file: string;
  readonly profile: Profile;
  readonly comparison?: ProfileComparison;
}

export const profileReport = ({ comparison, ...profiled }: ReportedProfile, style: Style): string =>
  [profileTable(profiled, style), ...(comparison ? [comparisonTable(comparison, style)] : [])].join('\n\n');
