/** Kinds of machines for tests: durations that grow linearly with the batch. */
import type { LoadedApplication } from '../../../src/domain/application.ts';
import type { HardwareTable } from '../../../src/domain/hardware.ts';
import { serviceTimes } from '../../../src/latency/service-times.ts';
import { type MachineKind, machineKinds } from '../../../src/planning/simulated/machine-kind.ts';

/** [USD per hour, ms of any batch, ms of each of its requests], profiled at batches of 1 to 16 */
export type Machine = readonly [pricePerHour: number, fixedMs: number, eachMs: number];

export const SIZES = [1, 2, 4, 8, 16];

export const hardwareOf = (machines: Readonly<Record<string, Machine>>): HardwareTable =>
  Object.fromEntries(Object.entries(machines).map(([name, [pricePerHour]]) => [name, { pricePerHour }]));

export const pointsOf = (machines: Readonly<Record<string, Machine>>) =>
  Object.entries(machines).flatMap(([hardware, [, fixedMs, eachMs]]) =>
    SIZES.map((batchSize) => ({ hardware, cores: 1, batchSize, durationMs: fixedMs + eachMs * batchSize })),
  );

export const kindsOf = (
  machines: Readonly<Record<string, Machine>>,
  budgetMs: number,
): readonly MachineKind[] => machineKinds(serviceTimes(pointsOf(machines)), hardwareOf(machines), budgetMs);

export const applicationOf = (
  rateRps: number,
  sloMs: number,
  modules: Readonly<
    Record<string, { readonly machines: Readonly<Record<string, Machine>>; readonly after?: string[] }>
  >,
): LoadedApplication => ({
  name: 'test',
  rateRps,
  sloMs,
  hardware: Object.assign({}, ...Object.values(modules).map(({ machines }) => hardwareOf(machines))),
  modules: Object.entries(modules).map(([name, { machines, after = [] }]) => ({
    name,
    after,
    perRequest: 1,
    points: pointsOf(machines),
    model: { name },
    measuredOn: {},
  })),
});
