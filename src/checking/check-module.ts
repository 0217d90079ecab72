/** One module of a plan: its allocations' numbers by the planning model's definitions, their order, and their profile. */
import type { HardwareTable } from '../domain/hardware.ts';
import type { Allocation, Billing, ModulePlan } from '../domain/plan.ts';
import type { LatencySummary } from '../domain/profile.ts';
import { atMost, equal, type Found, same } from './violation.ts';

/** What a module was asked to do, and what is known of its model. */
export interface ModuleInputs {
  readonly name: string;
  readonly after: readonly string[];
  readonly perRequest: number;
  readonly points: readonly ProfiledPoint[];
}

interface PointKey {
  readonly hardware: string;
  readonly cores: number;
  readonly batchSize: number;
}

interface ProfiledPoint extends PointKey {
  readonly durationMs: number;
  readonly latencyMs?: LatencySummary | undefined;
  readonly predictedMs?: { readonly p99: number } | undefined;
  readonly spreadMs?: { readonly p99: number } | undefined;
}

export interface Terms {
  /** Of the application. */
  readonly rateRps: number;
  readonly billing: Billing;
  /** Whether padding may be bought. */
  readonly dummies: boolean;
  readonly hardware: HardwareTable;
}

export function checkModule(module: ModulePlan, inputs: ModuleInputs, terms: Terms): Found[] {
  const at = (field: string): string => `modules.${module.name}.${field}`;
  const { allocations, rateRps, dummyRps, worstCaseMs, costPerHour, budgetMs } = module;
  const { plannedRateRps = rateRps } = module;
  const takenRps = sum(allocations.map((allocation) => allocation.rateRps));
  const largestMs = Math.max(...allocations.map((allocation) => allocation.worstCaseMs));
  const spentPerHour = sum(allocations.map((allocation) => allocation.costPerHour));
  return [
    same(at('after'), "the application's", sortedNames(module.after), sortedNames(inputs.after)),
    same(at('perRequest'), "the application's", module.perRequest, inputs.perRequest),
    equal(at('rateRps'), 'rate × perRequest', rateRps, terms.rateRps * inputs.perRequest),
    atMost(at('rateRps'), 'the rate that it was planned for', rateRps, plannedRateRps),
    equal(
      at('dummyRps'),
      'with the planned rate, all that allocations take',
      plannedRateRps + dummyRps,
      takenRps,
    ),
    terms.dummies ? undefined : same(at('dummyRps'), 'padding was not allowed', dummyRps, 0),
    equal(at('worstCaseMs'), 'the largest of its allocations', worstCaseMs, largestMs),
    atMost(at('worstCaseMs'), 'the budget', worstCaseMs, budgetMs),
    equal(at('costPerHour'), 'sum over its allocations', costPerHour, spentPerHour),
    ...allocations.flatMap((_, index) => [
      ...checkNumbers(module, index, terms),
      ...checkPlace(module, index),
      module.dispatch === 'planned'
        ? checkInterpolated(at(`allocations[${index}].durationMs`), allocations[index]!, inputs)
        : checkProfiled(at(`allocations[${index}].durationMs`), allocations[index]!, inputs),
    ]),
    ...module.serviceTimes.flatMap((time, index) => [
      checkProfiled(at(`serviceTimes[${index}].durationMs`), time, inputs),
      equal(at(`serviceTimes[${index}].tailMs`), 'the profile', time.tailMs, tailMs(time, inputs)),
    ]),
  ];
}

/** What an allocation says of itself follows from its point, its machines and the dispatch policy. */
function checkNumbers(
  { name, dispatch, allocations, budgetMs, extraRequests = 0, ...module }: ModulePlan,
  index: number,
  terms: Terms,
): Found[] {
  const at = (field: string): string => `modules.${name}.allocations[${index}].${field}`;
  const allocation = allocations[index]!;
  const { batchSize, durationMs, machines, throughputRps, rateRps, pricePerHour, costPerHour } = allocation;
  const collectionRps = {
    'batch-aware': sum(allocations.slice(index).map((lower) => lower.rateRps)),
    group: rateRps,
    'round-robin': Math.min(throughputRps, rateRps),
    planned: (1000 * batchSize) / (budgetMs - durationMs),
  }[dispatch];
  const allRps = sum(allocations.map(servedRps));
  const waitMs = ((batchSize + extraRequests) / collectionRps) * 1000;
  const machine = terms.hardware[allocation.hardware];
  const share = machine?.cores === undefined ? 1 : allocation.cores / machine.cores;
  const listPrice = machine === undefined ? Number.NaN : machine.pricePerHour * share;
  const charged = terms.billing === 'whole' ? Math.ceil(machines) : machines;
  return [
    equal(at('throughputRps'), 'batch size / duration', throughputRps, batchSize / (durationMs / 1000)),
    dispatch === 'planned'
      ? equal(at('rateRps'), 'a part by throughput', rateRps / module.rateRps, servedRps(allocation) / allRps)
      : equal(at('rateRps'), 'machines × throughput', rateRps, servedRps(allocation)),
    equal(at('collectionRateRps'), `${dispatch} dispatch`, allocation.collectionRateRps, collectionRps),
    equal(at('worstCaseMs'), 'duration + time to fill a batch', allocation.worstCaseMs, durationMs + waitMs),
    equal(at('pricePerHour'), 'the price list', pricePerHour, listPrice),
    atMost(at('cores'), 'the share of a machine', share, 1),
    equal(
      at('costPerHour'),
      `machines × price, billed ${terms.billing}`,
      costPerHour,
      charged * pricePerHour,
    ),
  ];
}

/** Best throughput per cost first; machines are whole, but for a last rank of less than one. */
function checkPlace({ name, allocations }: ModulePlan, index: number): Found[] {
  const at = (field: string): string => `modules.${name}.allocations[${index}].${field}`;
  const allocation = allocations[index]!;
  const { rank, machines } = allocation;
  const partial = index === allocations.length - 1 && machines < 1;
  const found = [
    same(at('rank'), 'its position', rank, index + 1),
    same(at('machines'), 'whole, or the last and less than one', Number.isInteger(machines) || partial, true),
  ];
  const above = allocations[index - 1];
  if (above === undefined) return found;
  return [
    ...found,
    atMost(at('rank'), 'throughput per cost falls', worth(allocation), worth(above)),
    same(at('machines'), 'one rank for one point', samePoint(above, allocation) && !partial, false),
  ];
}

const checkProfiled = (
  at: string,
  point: PointKey & { readonly durationMs: number },
  inputs: ModuleInputs,
): Found =>
  same(
    at,
    'the profile',
    point.durationMs,
    profileOf(point, inputs)?.durationMs ?? 'that of a point that was profiled',
  );

/** Where batches of any size may run: on a straight line between profiled sizes, and no less than a smaller one takes. */
function checkInterpolated(at: string, allocation: Allocation, { points }: ModuleInputs): Found {
  const own = points.filter((point) =>
    samePoint({ ...point, batchSize: 0 }, { ...allocation, batchSize: 0 }),
  );
  const longestMs = Math.max(
    ...Array.from({ length: allocation.batchSize }, (_, index) => lineMs(own, index + 1)),
  );
  return equal(at, 'interpolated in the profile', allocation.durationMs, longestMs);
}

/** @returns NaN beyond the sizes that were profiled */
function lineMs(points: readonly ProfiledPoint[], size: number): number {
  const bySize = [...points].sort((a, b) => a.batchSize - b.batchSize);
  const above = bySize.find(({ batchSize }) => batchSize >= size);
  if (above === undefined) return Number.NaN;
  const below = bySize.findLast(({ batchSize }) => batchSize < size) ?? above;
  const slope =
    below === above ? 0 : (above.durationMs - below.durationMs) / (above.batchSize - below.batchSize);
  return above.durationMs - slope * (above.batchSize - size);
}

/**
 * Three standard deviations above the mean, the 99th percentile, or the duration: the longest. Of a predicted point, the
 * 99th percentile and what that may be off by.
 */
function tailMs(point: PointKey, inputs: ModuleInputs): number {
  const { durationMs = Number.NaN, latencyMs, predictedMs, spreadMs } = profileOf(point, inputs) ?? {};
  if (latencyMs === undefined) {
    return predictedMs && spreadMs ? Math.max(durationMs, predictedMs.p99 + spreadMs.p99) : durationMs;
  }
  return Math.max(durationMs, latencyMs.p99, latencyMs.mean + 3 * latencyMs.stddev);
}

const profileOf = (point: PointKey, { points }: ModuleInputs): ProfiledPoint | undefined =>
  points.find((candidate) => samePoint(candidate, point));

const samePoint = (a: PointKey, b: PointKey): boolean =>
  a.hardware === b.hardware && a.cores === b.cores && a.batchSize === b.batchSize;

/** What the machines of an allocation serve at most. */
const servedRps = ({ machines, throughputRps }: Allocation): number => machines * throughputRps;

const worth = ({ throughputRps, pricePerHour }: Allocation): number => throughputRps / pricePerHour;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const sortedNames = (names: readonly string[]): string => [...names].sort().join(', ');
