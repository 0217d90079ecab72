/** Answers a misspelt field of a hand-written file with the field that was probably meant. */
import { z } from 'zod';
import { HarpError } from '../domain/errors.ts';
import { closestName } from './closest-name.ts';

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
  const closest = closestName(key, known);
  return new HarpError('bad-input', `unknown field "${key}"`, {
    where: path.length > 0 ? `${source}: ${path.join('.')}` : source,
    expected: known.join(', '),
    hint: closest === undefined ? undefined : `Did you mean "${closest}"?`,
  });
}
