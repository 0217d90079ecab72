/** Properties are tried on the same values in every run; HARP_TEST_SEED tries others. */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.HARP_TEST_SEED ?? 20_261_121) });
