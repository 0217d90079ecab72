/** How many cores every worker has: what the modules' advisers wish, shared out where that is more than there are, and carried out as workers end. */
import { NO_TYPE, workerResized } from '../policy/module-state.ts';
import { typeOf } from './machine-types.ts';
import type { ScaledState } from './scaled-state.ts';
import type { ScalingDecision } from './scaling-policy.ts';
import { shareCores } from './share-cores.ts';

/** Gives all modules what they wish where that is there, and shares out otherwise. */
export function decideCores(state: ScaledState, nowMs: number): void {
  const { advisers, holdings, setup } = state;
  const wished = advisers.reduce((sum, { wish }) => sum + wish.instances * wish.cores, 0);
  const shares =
    wished > setup.poolCores
      ? shareCores(
          advisers.map((adviser) => adviser.coreWish(nowMs)),
          setup.poolCores,
        )
      : undefined;
  for (const [module, adviser] of advisers.entries()) {
    const { wish } = adviser;
    const cores = shares?.[module] ?? wish.cores;
    adviser.decision = cores === wish.cores ? wish : { ...wish, cores, ...sharedOut(wish) };
  }
  if (!setup.acts) return;
  for (const [worker, module] of state.moduleOf.entries()) {
    const { instances, cores } = advisers[module]!.decision;
    const { workers } = setup.config.modules[module]!;
    holdings.want(worker, worker - workers[0]!.id < instances ? cores : 0);
    setType(state, worker);
  }
  settle(state);
}

/** Who knows nothing yet has asked for all that there is, and needs it perhaps. */
const sharedOut = ({ reason, feasible }: ScalingDecision): Pick<ScalingDecision, 'reason' | 'feasible'> =>
  reason === 'no-history' ? { reason, feasible } : { reason: 'shared', feasible: false };

/** Carries out what is possible by now; idle workers may then have time for what waits. */
export function settle(state: ScaledState): void {
  const { policy, holdings, moduleOf, resizes } = state;
  const isRunning = (worker: number): boolean => policy.modules[moduleOf[worker]!]!.running.has(worker);
  for (const resize of holdings.settle(isRunning)) {
    resizes.push(resize);
    setType(state, resize.worker);
  }
}

/** The worker has what it had; the next tick decides anew. */
export function keepCores(state: ScaledState, worker: number, cores: number): void {
  state.holdings.keep(worker, cores);
  setType(state, worker);
}

/** A worker is the machine that the cores of its next batch make it. */
export function setType({ policy, holdings, advisers, moduleOf }: ScaledState, worker: number): void {
  const index = moduleOf[worker]!;
  const module = policy.modules[index]!;
  const cores = holdings.nextCores(worker);
  const { config, decision } = advisers[index]!;
  const type = cores > 0 ? typeOf(config, cores, decision.batchSize) : NO_TYPE;
  if (module.types[module.positions.get(worker)!] === type) return;
  workerResized(module, worker, type);
  policy.touched[index] = true;
}
