// How long a scaling decision takes at 16 cores, 8 batch sizes and 200 queued requests; then the published experiment, with the
// network trace given as argument or the synthetic one, beside what is asked of `sponge`.
import { fileURLToPath } from 'node:url';
import { poseConditions, posePolicies, poseWorkload } from '../../dist/cli/pose-scaling.js';
import { loadProfile } from '../../dist/files/load-profile.js';
import { durationsOfFit } from '../../dist/scaling/durations-of-fit.js';
import { scalingPolicy } from '../../dist/scaling/policies.js';
import { bestOf, runPolicy, trafficOf } from '../../dist/simulation/scaling/run-condition.js';

const PROFILE = fileURLToPath(new URL('../../profiles/yolov5s-sponge.profile.json', import.meta.url));
const profile = loadProfile(PROFILE);
const config = {
  ...{ durationsMs: durationsOfFit(profile.fit, 16, 8), sloMs: 1000, rateRps: 20, intervalMs: 1000 },
  ...{ margin: 0.05, batchMargin: 0.08 },
};
const QUEUED = 200;
const SEEN_MS = 35_000;
const DECISIONS = 2000;

/** How long decisions take, µs, rising; requests have come in bursts of a second, those that wait have so much time left. */
function decisionTimes(leastMs, mostMs) {
  const scaler = scalingPolicy('sponge', 16).scaler(config);
  for (let timeMs = 0; timeMs < SEEN_MS; timeMs += 1000)
    for (let request = 0; request < 20; request++)
      scaler.arrived(timeMs + 5 * request + 800, timeMs + 5 * request);
  const current = { instances: 1, cores: 8, batchSize: 8, feasible: true };
  const times = [];
  for (let decision = 0; decision < DECISIONS; decision++) {
    const nowMs = SEEN_MS + decision / 10;
    const step = (mostMs - leastMs) / QUEUED;
    const deadlinesMs = Float64Array.from({ length: QUEUED }, (_, index) => nowMs + leastMs + step * index);
    const begin = process.hrtime.bigint();
    scaler.tick({ current, deadlinesMs, freeMs: Float64Array.of(nowMs + 100) }, nowMs);
    times.push(Number(process.hrtime.bigint() - begin) / 1000);
  }
  return times.slice(DECISIONS / 10).sort((a, b) => a - b);
}

console.log(`a decision of sponge: 16 cores, 8 batch sizes, ${QUEUED} queued requests, µs`);
for (const [what, leastMs, mostMs] of [
  ['all in time', 500, 20_000],
  ['as many as can be are lost', 100, 8000],
  ['all hopeless', 10, 30],
]) {
  const times = decisionTimes(leastMs, mostMs);
  const at = (share) => times[Math.floor(share * (times.length - 1))].toFixed(0).padStart(5);
  console.log(`  ${what.padEnd(27)} p50 ${at(0.5)}  p99 ${at(0.99)}`);
}

/** Violations in %, and cores. */
const BARS = {
  'burst exact': [0.25, 9.2],
  'burst jitter:0.06': [0.3, 9.3],
  'poisson exact': [0.05, 8],
  'poisson jitter:0.06': [0.12, 8],
};

const request = { profile: PROFILE, networkTrace: process.argv[2], seed: 1 };
const workload = poseWorkload(request, profile);
const policies = posePolicies(['sponge', 'sponge-published', 'static:10'], 16);
console.log(`\nviolations % @ cores, ${workload.runs} runs, network ${request.networkTrace ?? 'synthetic'}`);
for (const condition of poseConditions(request)) {
  const { arrivals, serviceTimes } = condition.names;
  const traffics = trafficOf(workload, condition.arrivals);
  const shown = ({ violationShare, meanCores }) =>
    `${(100 * violationShare).toFixed(3)} @ ${meanCores.toFixed(2)}`;
  const told = policies.map((named) => {
    const outcome = runPolicy(workload, condition, traffics, named, false);
    return `${named.name} ${shown(outcome)}`;
  });
  if (condition.jitterCv === 0) told.push(`best ${shown(bestOf(workload, traffics))}`);
  const [violations, cores] = BARS[`${arrivals} ${serviceTimes}`];
  console.log(`  ${arrivals}, ${serviceTimes}: ${told.join('; ')}; asked ≤ ${violations} @ ≤ ${cores}`);
}
