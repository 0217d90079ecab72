/** Answers a misspelt field of a hand-written file with the field that was probably meant. */
import { z } from 'zod';
import { closestName } from '../domain/closest-name.ts';
import { HarpError } from '../domain/errors.ts';

/**
 * Looks at all fields that the schema is strict about; anything else that is wrong is left to the schema itself.
 * @throws HarpError `bad-input`
 */
export function rejectUnknownFields(document: unknown, schema: z.ZodType, source: string): void {
  walk(document, schema, [], source);
}

function walk(value: unknown, schema: z.ZodType, path: readonly string[], source: string): void {
  const inner = unwrap(schema);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  for (const [key, field] of Object.entries(value)) {
    const known = inner instanceof z.ZodObject ? inner.shape : undefined;
    const next = known ? known[key] : inner instanceof z.ZodRecord ? inner.valueType : undefined;
    if (next) walk(field, next as z.ZodType, [...path, key], source);
    else if (known) throw unknownField(key, Object.keys(known), path, source);
  }
}

const unwrap = (schema: z.ZodType): z.ZodType =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodDefault
    ? unwrap(schema.unwrap() as z.ZodType)
    : schema;

function unknownField(
  key: string,
  known: readonly string[],
  path: readonly string[],
  source: string,
): HarpError {
  const closest = fieldMeant(key, known);
  return new HarpError('bad-input', `unknown field "${key}"`, {
    where: path.length > 0 ? `${source}: ${path.join('.')}` : source,
    expected: known.join(', '),
    hint: closest === undefined ? undefined : `Did you mean "${closest}"?`,
  });
}

/** What people call a field that has another name, in lower case without separators. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  ...{ dependson: 'after', depends: 'after', needs: 'after', parents: 'after', requires: 'after' },
  ...{ rps: 'rateRps', qps: 'rateRps', throughput: 'rateRps', load: 'rateRps' },
  ...{ latency: 'sloMs', deadline: 'sloMs', objective: 'sloMs' },
  ...{ cost: 'pricePerHour', hourly: 'pricePerHour', usd: 'pricePerHour' },
  ...{ machines: 'count', quantity: 'count', fanout: 'perRequest', onnx: 'model', margin: 'reserveMs' },
};

/**
 * Most wrong names are right ones without their unit, with another one, or in another spelling (rate, sloSeconds,
 * price_per_hour): these go before other names for the same, and typing errors come last.
 */
function fieldMeant(key: string, known: readonly string[]): string | undefined {
  const words = wordsOf(key);
  const spelled = words.join('');
  const sameFirst = known.filter((name) => wordsOf(name)[0] === words[0]);
  const other = Object.entries(OTHER_NAMES).find(([name]) => name === spelled || name === words[0])?.[1];
  return (
    known.find((name) => wordsOf(name).join('') === spelled) ??
    closestName(key, sameFirst) ??
    sameFirst[0] ??
    (other !== undefined && known.includes(other) ? other : undefined) ??
    closestName(key, known)
  );
}

/** "pricePerHour", "price_per_hour" → price, per, hour */
const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
