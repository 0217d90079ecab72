/** Wires `harp simulate --scaling`: every policy under every condition, and the document of it all. */
import { setImmediate } from 'node:timers/promises';
import type { Profile } from '../domain/profile.ts';
import type { ScalingCondition, ScalingExperiment } from '../domain/scaling-experiment.ts';
import { assertWritable, writeJsonFile } from '../files/write-file.ts';
import { misfitText } from '../report/misfit-text.ts';
import { mostBatch, mostCores } from '../scaling/scaling-policy.ts';
import {
  bestOf,
  type NamedPolicy,
  runPolicy,
  type ScalingWorkload,
  trafficOf,
} from '../simulation/scaling/run-condition.ts';
import {
  type NamedCondition,
  poseConditions,
  posePolicies,
  poseWorkload,
  type ScalingRequest,
} from './pose-scaling.ts';
import type { Progress } from './progress.ts';
import { scalingSource } from './scaling-source.ts';

/** @throws HarpError `usage`, `bad-input` */
export async function runScaling(request: ScalingRequest, progress: Progress): Promise<ScalingExperiment> {
  const { out } = request;
  if (out !== undefined) assertWritable(out);
  const source = scalingSource(request.file);
  const { profile } = source;
  const workload = poseWorkload(request, source);
  const { config, requestBytes, lastsMs, coldStartMs, runs, seed } = workload;
  const policies = posePolicies(request.scaling, mostCores(config));
  const conditions: ScalingCondition[] = [];
  const posed = poseConditions(request);
  for (const [index, condition] of posed.entries()) {
    conditions.push(await runCondition(workload, condition, policies, index === 0, progress));
    progress.step(`${conditionText(condition)}: simulated (condition ${index + 1} of ${posed.length})`);
  }
  const result: ScalingExperiment = {
    schemaVersion: 1,
    kind: 'scaling-experiment',
    model: profile.model.name,
    rateRps: config.rateRps,
    sloMs: config.sloMs,
    durationS: lastsMs / 1000,
    networkTrace: request.networkTrace ?? 'synthetic',
    requestBytes,
    mostCores: mostCores(config),
    mostBatch: mostBatch(config),
    margin: config.margin,
    batchMargin: config.batchMargin,
    intervalMs: config.intervalMs,
    coldStartMs,
    runs,
    seed,
    conditions,
    ...warningsOf(profile),
  };
  if (out !== undefined) writeJsonFile(out, result);
  return result;
}

/** Every duration of it comes from the fit. */
function warningsOf({ fit }: Profile): Pick<ScalingExperiment, 'warnings'> {
  const misfit = fit && misfitText(fit);
  return misfit === undefined
    ? {}
    : {
        warnings: [
          `${misfit}, and the durations of this experiment are the fit's; harp simulate without --scaling stands on the points`,
        ],
      };
}

const conditionText = ({ names: { arrivals, serviceTimes } }: NamedCondition): string =>
  `${arrivals} arrivals, durations ${serviceTimes}`;

async function runCondition(
  workload: ScalingWorkload,
  condition: NamedCondition,
  policies: readonly NamedPolicy[],
  withTimeline: boolean,
  progress: Progress,
): Promise<ScalingCondition> {
  const { arrivals, serviceTimes } = condition.names;
  const begin = async (what: string): Promise<void> => {
    progress.update(`${conditionText(condition)}: ${what}`);
    // Lets the spinner turn, and an interruption through.
    await setImmediate();
  };
  const traffics = trafficOf(workload, condition.arrivals);
  const outcomes: ScalingCondition['outcomes'] = [];
  for (const named of policies) {
    await begin(named.name);
    outcomes.push(runPolicy(workload, condition, traffics, named, withTimeline));
  }
  if (condition.jitterCv > 0) return { arrivals, serviceTimes, outcomes };
  await begin('the best with the future known');
  return { arrivals, serviceTimes, best: bestOf(workload, traffics), outcomes };
}
