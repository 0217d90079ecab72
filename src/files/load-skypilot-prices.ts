/**
 * Reads prices from a catalogue of SkyPilot (vms.csv of github.com/skypilot-org/skypilot-catalog, schema in its README;
 * columns in any order). Of each instance type the on-demand price in the region where it is cheapest, by name among equals.
 */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { HarpError } from '../domain/errors.ts';
import type { Hardware, HardwareTable } from '../domain/hardware.ts';
import { readText } from './read-document.ts';
import { splitCsvLine } from './split-csv-line.ts';

const COLUMNS = [
  'InstanceType',
  'vCPUs',
  'MemoryGiB',
  'AcceleratorName',
  'AcceleratorCount',
  'Region',
  'Price',
] as const;

type Row = Readonly<Record<(typeof COLUMNS)[number], string>>;

/**
 * @returns hardware by instance type, dated with the day of the file
 * @throws HarpError `bad-input` where it cannot be read or a column is missing
 */
export function loadSkypilotPrices(file: string): HardwareTable {
  const rows = readRows(file);
  const asOf = statSync(file).mtime.toISOString().slice(0, 10);
  // Google's accelerators have rows of their own, without an instance type: a machine's price is then without them.
  const apart = rows.some(
    ({ InstanceType, AcceleratorName }) => InstanceType === '' && AcceleratorName !== '',
  );
  const cheapest = new Map<string, Row>();
  for (const row of rows) {
    const best = cheapest.get(row.InstanceType);
    if (row.InstanceType !== '' && Number(row.Price) > 0 && (best === undefined || isCheaper(row, best))) {
      cheapest.set(row.InstanceType, row);
    }
  }
  const source = (region: string): string =>
    `SkyPilot's catalogue (${basename(file)}), on demand, ${region}, its cheapest region`;
  return Object.fromEntries(
    [...cheapest].map(([name, row]) => [
      name,
      {
        ...machineOf(row),
        asOf,
        source: `${source(row.Region)}${apart ? '; without accelerators, which it prices apart' : ''}`,
      },
    ]),
  );
}

const isCheaper = (a: Row, b: Row): boolean =>
  Number(a.Price) < Number(b.Price) || (Number(a.Price) === Number(b.Price) && a.Region < b.Region);

/** A machine with an accelerator is not shared by its cores. */
function machineOf({ Price, vCPUs, MemoryGiB, AcceleratorName }: Row): Hardware {
  return {
    pricePerHour: Number(Price),
    ...(AcceleratorName === '' && Number(vCPUs) > 0 && { cores: Number(vCPUs) }),
    ...(Number(MemoryGiB) > 0 && { memoryMiB: Number(MemoryGiB) * 1024 }),
  };
}

function readRows(file: string): Row[] {
  const [header = '', ...lines] = readText(file).split(/\r?\n/);
  const names = splitCsvLine(header);
  const missing = COLUMNS.filter((column) => !names.includes(column));
  if (missing.length > 0) {
    throw new HarpError('bad-input', "this is not a catalogue of SkyPilot's", {
      where: `${file}: first line`,
      expected: `columns ${COLUMNS.join(', ')}`,
      got: `none called ${missing.join(', ')}`,
      hint: 'Prices may also be given as hardware.yaml.',
    });
  }
  const places = COLUMNS.map((column) => [column, names.indexOf(column)] as const);
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const fields = splitCsvLine(line);
      return Object.fromEntries(places.map(([column, place]) => [column, fields[place] ?? ''])) as Row;
    });
}
