/**
 * The scaling policy `sponge` (ours, after Sponge, arXiv 2404.00704): cores are chosen for the requests that wait and for
 * those that are likely to come, one by one, by rolling the dispatcher forward. The cost of c cores is
 *
 *   V(c) = c + price · mean misses over scenarios
 *
 * At every tick the c of least V, from the least that carries the rate upward; before each dispatch the same from the present
 * c upward: a tick alone comes too late for a burst. (Giving cores back before dispatches, too, was tried, with and without
 * hysteresis: as many misses for as many cores, within the noise of 24 runs.) Infeasible is no special case: the misses say so.
 * Below a millisecond at 16 cores, 8 batch sizes and 200 queued requests.
 */
import { PastArrivals } from './past-arrivals.ts';
import { type Expected, type Machine, RollForward } from './roll-forward.ts';
import {
  everything,
  leastCores,
  mostBatch,
  mostCores,
  type ScalingConfig,
  type ScalingDecision,
  type ScalingPolicy,
  type Situation,
} from './scaling-policy.ts';

/** How many cores a missed request is worth; at 5 a miss in two scenarios of ten would weigh no more than the core that saves it. */
const PRICE = 6;

export const sponge: ScalingPolicy = {
  dispatch: 'eager',
  start: everything,
  scaler: (config) => {
    const past = new PastArrivals();
    const machines = machinesOf(config);
    const roll = new RollForward();
    let remainingMs = config.sloMs;
    let freesMs = new Float64Array(1);

    const scenariosAt = (nowMs: number): Expected[] =>
      past.scenarios(nowMs).map((afterMs) => expect(afterMs, nowMs, remainingMs));

    /** Over all scenarios; may stop once there are more than `most`. */
    const totalMisses = (
      { deadlinesMs, freeMs }: Situation,
      scenarios: readonly Expected[],
      machine: Machine,
      most: number,
    ): number => {
      if (freesMs.length !== freeMs.length) freesMs = new Float64Array(freeMs.length);
      let misses = 0;
      for (const scenario of scenarios) {
        if (misses > most) break;
        freesMs.set(freeMs);
        misses += roll.misses(deadlinesMs, scenario, freesMs, machine, most - misses);
      }
      return misses;
    };

    const decide = (situation: Situation, nowMs: number, fromCores: number): ScalingDecision => {
      const { instances } = situation.current;
      const scenarios = scenariosAt(nowMs);
      if (scenarios.length === 0)
        return { ...everything(config), instances, feasible: true, reason: 'no-history' };
      const price = PRICE / scenarios.length;
      const found = cheapest(instances, machines.length, fromCores, (cores, least) => {
        const most = (least - instances * cores) / price;
        return { misses: totalMisses(situation, scenarios, machines[cores]!, most), price };
      });
      const expectedMisses = found.misses / scenarios.length;
      const isForRate = found.cores <= leastThatCarries(config, instances, past.rateRps(nowMs));
      return {
        instances,
        cores: found.cores,
        batchSize: mostBatch(config),
        feasible: expectedMisses === 0,
        expectedMisses,
        reason: expectedMisses > 0 ? 'misses' : isForRate ? 'rate' : 'deadlines',
      };
    };
    return {
      arrived: (deadlineMs, nowMs) => {
        past.add(nowMs);
        remainingMs = deadlineMs - nowMs;
      },
      tick: (situation, nowMs) =>
        decide(situation, nowMs, leastThatCarries(config, situation.current.instances, past.rateRps(nowMs))),
      beforeDispatch: (situation, nowMs) => decide(situation, nowMs, situation.current.cores),
      expectedMisses: (situation, nowMs, cores) => {
        const scenarios = scenariosAt(nowMs);
        if (scenarios.length === 0) return mostCores(config) - cores;
        return (
          totalMisses(situation, scenarios, machines[cores]!, Number.POSITIVE_INFINITY) / scenarios.length
        );
      },
    };
  },
};

/** By cores, margin included; index 0 is unused. */
const machinesOf = (config: ScalingConfig): Machine[] =>
  config.durationsMs.map((durations) => ({
    batchSize: mostBatch(config),
    tailMs: durations.map((ms) => ms * (1 + config.margin)),
  }));

/** @param remainingMs what the network left of the last request that came: it will leave the next as much */
const expect = (afterMs: Float64Array, nowMs: number, remainingMs: number): Expected => ({
  arrivalsMs: afterMs.map((ms) => nowMs + ms),
  deadlinesMs: afterMs.map((ms) => nowMs + ms + remainingMs),
});

/**
 * The least that serves as many requests a second with its largest batches; where none does, what serves most: as a model or a
 * machine may be, that need not be all there are.
 */
function leastThatCarries(config: ScalingConfig, instances: number, rateRps: number): number {
  const size = mostBatch(config);
  let best = leastCores(config);
  for (let cores = best; cores <= mostCores(config); cores++) {
    const batchMs = config.durationsMs[cores]![size]!;
    if ((1000 * instances * size) / batchMs >= rateRps) return cores;
    if (batchMs < config.durationsMs[best]![size]!) best = cores;
  }
  return best;
}

/** The c ≥ `fromCores` of least cost, the first of equals; none is looked at that costs more by its cores alone. */
function cheapest(
  instances: number,
  endCores: number,
  fromCores: number,
  missesWith: (cores: number, least: number) => { readonly misses: number; readonly price: number },
): { cores: number; misses: number } {
  let best = { cores: fromCores, cost: Number.POSITIVE_INFINITY, misses: 0 };
  for (let cores = fromCores; cores < endCores && instances * cores < best.cost; cores++) {
    const { misses, price } = missesWith(cores, best.cost);
    const cost = instances * cores + price * misses;
    if (cost < best.cost) best = { cores, cost, misses };
  }
  return best;
}
