import { describe, expect, test } from 'vitest';
import type { Profile } from '../../src/domain/profile.ts';
import { buildProfile, type ProfileHeader } from '../../src/profiling/build-profile.ts';
import { remainingPoints, resumeFrom } from '../../src/profiling/resume.ts';
import { HEADER, measured, skipped } from './a-profile.ts';

const SWEPT = [
  { config: { cores: 1, batchSize: 1 }, outcome: measured(1) },
  { config: { cores: 1, batchSize: 2 }, outcome: measured(2, false) },
  { config: { cores: 1, batchSize: 4 }, outcome: skipped('killed') },
];

/** As it comes back from its file. */
const saved: Profile = JSON.parse(JSON.stringify(buildProfile(HEADER, SWEPT)));

describe('resuming', () => {
  test('under the same conditions every measured point holds, and comes back as it was', () => {
    const { kept, differences } = resumeFrom(saved, HEADER);
    expect(differences).toEqual([]);
    expect(buildProfile(HEADER, kept).points).toEqual(saved.points);
  });

  test('what did not settle, what was skipped and what is new is still to be measured', () => {
    const { kept } = resumeFrom(saved, HEADER);
    const wanted = [1, 2, 4, 8].map((batchSize) => ({ cores: 1, batchSize }));
    expect(remainingPoints(wanted, kept).map(({ batchSize }) => batchSize)).toEqual([2, 4, 8]);
  });

  test('another statistic changes no measurement', () => {
    const header: ProfileHeader = { ...HEADER, statistic: 'p50', measuredAt: 'later' };
    const { kept } = resumeFrom(saved, header);
    expect(buildProfile(header, kept).points.map(({ durationMs }) => durationMs)).toEqual([1, 2]);
  });

  test.each<{ name: string; now: Partial<ProfileHeader>; difference: string }>([
    {
      name: 'another model under the same name',
      now: { model: { ...HEADER.model, sha256: 'bb' } },
      difference: 'model sha256 aa then, bb now',
    },
    {
      name: 'other weights beside the model',
      now: { model: { ...HEADER.model, externalData: [{ file: 'w.bin', sha256: 'cc' }] } },
      difference: 'external data unknown then, w.bin cc now',
    },
    {
      name: 'another name of the hardware',
      now: { hardware: 'edge' },
      difference: 'hardware local then, edge now',
    },
    {
      name: 'another processor',
      now: { machine: { ...HEADER.machine, cpuModel: 'a newer one' } },
      difference: 'processor a processor then, a newer one now',
    },
    {
      name: 'another version of the runtime',
      now: { runtime: { ...HEADER.runtime, onnxruntime: '1.31.0' } },
      difference: 'onnxruntime 1.30.0 then, 1.31.0 now',
    },
    {
      name: 'another provider',
      now: { runtime: { ...HEADER.runtime, provider: 'cuda' } },
      difference: 'provider cpu then, cuda now',
    },
    {
      name: 'another length of a dimension',
      now: { method: { ...HEADER.method, dims: { sequence: 64 } } },
      difference: 'dims {"sequence":128} then, {"sequence":64} now',
    },
    {
      name: 'an option that did not exist then',
      now: { method: { ...HEADER.method, warmUpMs: 250 } },
      difference: 'warmUpMs unknown then, 250 now',
    },
  ])('$name keeps nothing and says why', ({ now, difference }) => {
    expect(resumeFrom(saved, { ...HEADER, ...now })).toEqual({ kept: [], differences: [difference] });
  });

  test('a later end of measurements changes no point that has settled: the hint where points do not is to allow more time', () => {
    const limited = (maxDurationMs: number) => ({ ...HEADER.method, maxDurationMs });
    const { kept, differences } = resumeFrom(
      { ...saved, method: limited(500) },
      { ...HEADER, method: limited(2000) },
    );
    expect(differences).toEqual([]);
    expect(kept.length).toBeGreaterThan(0);
  });

  test('points written by hand, without evidence, are not taken for measurements', () => {
    const byHand = { ...saved, points: [{ hardware: 'local', cores: 1, batchSize: 1, durationMs: 5 }] };
    expect(resumeFrom(byHand, HEADER).kept).toEqual([]);
  });
});
