/** `--arrivals gamma:2`: how requests are spaced, as text that is known to parse. */
import { Flags } from '@oclif/core';
import { parseArrivals } from '../simulation/arrivals/parse-arrivals.ts';

export const arrivals = Flags.custom<string>({
  description:
    'how requests are spaced: uniform, poisson, gamma:CV (coefficient of variation of the gaps), burst:SIZE (so many at once), ' +
    'steps:RATE@SECONDS,… or steps:xFACTOR@SECONDS,… (in turn; x2 is twice the rate), trace:FILE (times, or with every=SECONDS ' +
    'counts of requests; scaled to the rate asked for, or with x1 at its own)',
  helpValue: 'ARRIVALS',
  parse: async (input) => {
    parseArrivals(input);
    return input;
  },
});
