/** A load as short as it can be: 100 evenly spaced requests/s of two rows for 0.3 s, measured from the first on. */
import type { LoadOptions } from '../../src/cli/pose-load.ts';
import { runLoad } from '../../src/cli/run-load.ts';

export const load = (
  url: string,
  options: Partial<LoadOptions> = {},
  signal: AbortSignal = new AbortController().signal,
  onStep: (text: string) => void = () => {},
) =>
  runLoad(
    {
      url,
      model: undefined,
      planFile: undefined,
      rateRps: 100,
      arrivals: 'uniform',
      durationS: 0.3,
      warmupS: 0,
      sloMs: 10_000,
      seed: 1,
      rows: 2,
      dims: {},
      input: [],
      tensors: undefined,
      networkTrace: undefined,
      requestBytes: undefined,
      findRateAt: undefined,
      maxViolations: undefined,
      tokenFile: undefined,
      caFile: undefined,
      insecureTls: false,
      ...options,
    },
    { signal, progress: { update: () => {}, step: onStep, warn: () => {}, stop: () => {} } },
  );
