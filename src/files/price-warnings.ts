/** What prices say that is probably not meant: a name that no profile has, and one price for machines of several sizes. */
import type { LoadedModule } from '../domain/application.ts';
import { closestName } from '../domain/closest-name.ts';
import type { HardwareTable } from '../domain/hardware.ts';

export interface GivenPrices {
  /** The application's file, for messages. */
  readonly source: string;
  /** Of its section `hardware`. */
  readonly own: HardwareTable;
  /** Of --prices. */
  readonly file?: string | undefined;
  readonly ofFile: HardwareTable;
}

/** @param inForce an entry for the hardware of every point */
export const priceWarnings = (
  modules: readonly LoadedModule[],
  given: GivenPrices,
  inForce: HardwareTable,
): string[] => [
  ...namedByNone(given, Object.keys(inForce)),
  ...Object.keys(inForce).flatMap((hardware) => sizesAtOnePrice(modules, hardware, inForce)),
];

/** A price list may know more than a profile: only one that shares no name with it is told of. */
function namedByNone({ source, own, file, ofFile }: GivenPrices, profiled: readonly string[]): string[] {
  const unknown = Object.keys(own).filter((name) => !profiled.includes(name));
  const priced = Object.keys(ofFile);
  const isOfUse = priced.length === 0 || priced.some((name) => profiled.includes(name));
  return [
    ...unknown.map(
      (name) =>
        `${source}: hardware "${name}" is in no profile, so its price is not used${meant(name, profiled)}`,
    ),
    ...(isOfUse
      ? []
      : [
          `${file}: none of its hardware is in a profile, so no price of it is used; profiles have ${quoted(profiled)}, the file ${quoted(priced.slice(0, SHOWN))}${priced.length > SHOWN ? ', …' : ''}${meant(priced[0]!, priced.length === 1 ? profiled : [])}`,
        ]),
  ];
}

/** Names of a long list. */
const SHOWN = 5;

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

function meant(name: string, profiled: readonly string[]): string {
  const closest = closestName(name, profiled);
  return closest === undefined ? '' : `; did you mean "${closest}"?`;
}

function sizesAtOnePrice(
  modules: readonly LoadedModule[],
  hardware: string,
  inForce: HardwareTable,
): string[] {
  const { cores, pricePerHour } = inForce[hardware]!;
  const points = modules.flatMap((module) => module.points.filter((point) => point.hardware === hardware));
  const sizes = [...new Set(points.map((point) => point.cores))].sort((a, b) => a - b);
  if (cores !== undefined || sizes.length < 2) return [];
  return [
    `the price of "${hardware}" says no cores, so a worker on ${sizes.at(-1)} cores costs what one on ${sizes[0]} does: say how many its machine has, as hardware: { ${hardware}: { pricePerHour: ${pricePerHour}, cores: ${sizes.at(-1)} } }`,
  ];
}
