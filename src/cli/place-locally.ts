/** Places the workers of a plan on the cores of this machine, fixed there or so that their cores can change while they run. */
import type { FeasiblePlan } from '../domain/plan.ts';
import { fixedPlace, type WorkerPlace } from '../engine/process-worker.ts';
import { canConfine } from '../machine/confine.ts';
import type { CoreActuator } from '../machine/core-actuator.ts';
import { type FoundActuator, findActuator } from '../machine/find-actuator.ts';
import { usableCores } from '../machine/inventory.ts';
import { placeWorkers } from '../machine/place-workers.ts';
import { WorkerCores } from '../machine/worker-cores.ts';
import { type PlannedWorker, plannedWorkers } from '../policy/configure-policy.ts';
import { type ScalingTerms, scaledWorkers, scalingConfig } from '../scaling/configure-scaling.ts';
import { mostCores } from '../scaling/scaling-policy.ts';
import { type ScalingOptions, scalingTerms } from './serve-scaling.ts';

export interface LocalPlaces {
  readonly placeOf: (worker: number) => WorkerPlace;
  /** Of its session. */
  readonly threadsOf: (worker: PlannedWorker) => number;
  readonly coresOf: (worker: number) => readonly number[];
  readonly scaling: ScalingTerms | undefined;
  readonly notes: readonly string[];
  close(): void;
}

/** @throws HarpError `missing-capability` where there are too few cores */
export function placeLocally(
  plan: FeasiblePlan,
  options: ScalingOptions & { readonly shareCores: boolean },
): LocalPlaces {
  const available = usableCores();
  const asked = scalingTerms(plan, options, available.length);
  if (asked?.mode !== 'vertical') return placeFixed(plan, available, options.shareCores, asked);
  const found = findActuator();
  const notes = scalingNotes(found, available.length);
  if (found.actuator === undefined) {
    const places = placeFixed(plan, available, options.shareCores, undefined);
    return { ...places, notes: [...notes, ...places.notes] };
  }
  return { ...placeMoving(plan, available, found.actuator, asked), notes };
}

function placeFixed(
  plan: FeasiblePlan,
  available: readonly number[],
  share: boolean,
  scaling: ScalingTerms | undefined,
): LocalPlaces {
  const wanted = plannedWorkers(plan).map(({ cores }) => cores);
  const places = placeWorkers(wanted, available, { share, modules: plan.modules.length });
  // Parts of a core need more than affinity.
  const actuator = wanted.every(Number.isInteger) ? undefined : findActuator().actuator;
  const byActuator =
    actuator &&
    new WorkerCores(
      actuator,
      places.map((cores, worker) => ({ cores, share: wanted[worker]! })),
      available,
    );
  return {
    placeOf: (worker) => (byActuator ? movingPlace(byActuator, worker) : fixedPlace(places[worker]!)),
    threadsOf: ({ cores }) => Math.ceil(cores),
    coresOf: (worker) => (canConfine() ? places[worker]! : []),
    scaling,
    notes: [
      ...(canConfine()
        ? []
        : ['Workers cannot be confined to cores on this machine: durations may differ from the plan.']),
      ...(places.flat().length > available.length
        ? ['Workers share cores: durations may exceed the plan.']
        : []),
    ],
    close: () => actuator?.close(),
  };
}

function placeMoving(
  plan: FeasiblePlan,
  available: readonly number[],
  actuator: CoreActuator,
  scaling: ScalingTerms,
): Omit<LocalPlaces, 'notes'> {
  const wanted = scaledWorkers(plan, scaling).map(({ cores }) => cores);
  const places = placeWorkers(wanted, available, { share: false });
  const cores = new WorkerCores(
    actuator,
    places.map((place) => ({ cores: place, share: place.length })),
    available,
  );
  return {
    placeOf: (worker) => movingPlace(cores, worker),
    // One session serves all sizes: it has as many threads as its worker may ever have cores.
    threadsOf: ({ module }) => mostCores(scalingConfig(plan.modules[module]!, scaling.poolCores)),
    coresOf: (worker) => cores.coresOf(worker),
    scaling,
    close: () => actuator.close(),
  };
}

const movingPlace = (cores: WorkerCores, worker: number): WorkerPlace => ({
  launch: (command, args) => cores.launch(worker, command, args),
  resize: (pid, count) => cores.resize(worker, pid, count),
});

const scalingNotes = ({ actuator, refused }: FoundActuator, cores: number): string[] => [
  ...refused.map((why) => `Cores cannot be changed by ${why}.`),
  actuator === undefined
    ? 'Workers keep their cores: nothing on this machine changes those of a running process.'
    : `Cores of workers follow the deadlines by ${actuator.name}; ${cores} cores are there for all.`,
];
