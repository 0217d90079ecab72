/**
 * Makes the 4G-like bandwidth trace that comes with the package: the logarithm of the bandwidth follows an autoregression
 * of one second, and now and then a fade of some seconds divides it by up to nine. Its constants give the range, the mean
 * and the depth of fades of a bus ride in Ghent (van der Hooft et al.); it is no copy of any recording.
 */
import { seededRandom } from '../../../src/numeric/prng.ts';

const SECONDS = 600;
const SEED = 1;
const MEDIAN_BYTES_PER_MS = 3800;
const PERSISTENCE = 0.9;
const SPREAD = 0.25;
const FADES_PER_SECOND = 1 / 120;
const MOST_FADE = 2.2;
const LEAST_BYTES_PER_MS = 430;
const MOST_BYTES_PER_MS = 7000;

/** The text of profiles/synthetic-4g.network.log. */
export function syntheticBandwidth(): string {
  const random = seededRandom(SEED);
  let deviation = 0;
  let fade = { left: 0, depth: 0 };
  const rows = Array.from({ length: SECONDS }, (_, second) => {
    deviation = PERSISTENCE * deviation + SPREAD * Math.sqrt(1 - PERSISTENCE ** 2) * random.normal();
    if (fade.left > 0) fade.left -= 1;
    else if (random.uniform() < FADES_PER_SECOND)
      fade = {
        left: Math.floor(2 + 7 * random.uniform()),
        depth: 0.5 + (MOST_FADE - 0.5) * random.uniform(),
      };
    const depth = fade.left > 0 ? fade.depth : 0;
    const bytesPerMs = MEDIAN_BYTES_PER_MS * Math.exp(deviation - depth);
    const clipped = Math.round(Math.max(LEAST_BYTES_PER_MS, Math.min(MOST_BYTES_PER_MS, bytesPerMs)));
    return `${(second + 1) * 1000} ${(second + 1) * 1000} 0 0 ${clipped * 1000} 1000`;
  });
  return [
    '# Synthetic 4G-like bandwidth, one row a second; not recorded. Made by test/simulation/scaling/synthetic-bandwidth.ts',
    `# with seed ${SEED}: log-bandwidth autoregressive around ${MEDIAN_BYTES_PER_MS} bytes/ms, fades of 2 to 8 s.`,
    '# Columns as in the 4G/LTE logs of Ghent: time ms, elapsed ms, latitude, longitude (none), bytes, interval ms',
    ...rows,
    '',
  ].join('\n');
}
