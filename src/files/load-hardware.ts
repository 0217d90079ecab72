/** The prices that come with harp, and what the user puts in their place. */
import { fileURLToPath } from 'node:url';
import { check } from '../domain/check.ts';
import { type HardwareTable, hardwareFileSchema } from '../domain/hardware.ts';
import { loadSkypilotPrices } from './load-skypilot-prices.ts';
import { readDocument } from './read-document.ts';
import { rejectUnknownFields } from './reject-unknown-fields.ts';

const DEFAULT_PRICES = fileURLToPath(new URL('../../profiles/hardware.yaml', import.meta.url));

/**
 * The default table with the entries of `pricesFile` in place of its own.
 * @throws HarpError `bad-input` naming file, field, expected, got
 */
export function loadHardware(pricesFile: string | undefined): HardwareTable {
  const defaults = loadPrices(DEFAULT_PRICES);
  return pricesFile === undefined ? defaults : overrideHardware(defaults, loadPrices(pricesFile));
}

/**
 * The entries of one file: hardware.yaml, or a catalogue of SkyPilot (*.csv).
 * @throws HarpError `bad-input` naming file, field, expected, got
 */
export function loadPrices(file: string): HardwareTable {
  if (file.endsWith('.csv')) return loadSkypilotPrices(file);
  const document = readDocument(file);
  rejectUnknownFields(document, hardwareFileSchema, file);
  return check(hardwareFileSchema, document, file).hardware;
}

/** An entry takes the place of its namesake, but for facts about the machine that it leaves out. */
export function overrideHardware(table: HardwareTable, entries: HardwareTable): HardwareTable {
  const merged = { ...table };
  for (const [name, entry] of Object.entries(entries)) {
    // The price is the new one, so its date and source are too.
    const { asOf: _date, source: _source, ...machine } = table[name] ?? {};
    merged[name] = { ...machine, ...entry };
  }
  return merged;
}
