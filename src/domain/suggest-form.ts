/** How a value that stands for more than itself is written in full: one of a list, or the only thing that an object must say. */
import { z } from 'zod';

/**
 * @param path of the value in the document
 * @returns "Write it in full: [a]", or undefined where it is no single value or several forms could be meant
 */
export function suggestForm(
  schema: z.ZodType,
  path: readonly PropertyKey[],
  value: unknown,
): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const inner = unwrap(path.reduce<z.ZodType | undefined>(fieldOf, schema));
  const form = fullForm(inner, value);
  return form === undefined ? undefined : `Write it in full: ${form}`;
}

function fullForm(schema: z.ZodType | undefined, value: string | number): string | undefined {
  if (schema instanceof z.ZodArray) return `[${value}]`;
  if (!(schema instanceof z.ZodObject)) return undefined;
  const needed = Object.entries(schema.shape).filter(
    ([, field]) => !(field as z.ZodType).safeParse(undefined).success,
  );
  const [only, ...others] = needed;
  const isMeant =
    only !== undefined && others.length === 0 && (only[1] as z.ZodType).safeParse(value).success;
  return isMeant ? `{ ${only[0]}: ${value} }` : undefined;
}

function fieldOf(schema: z.ZodType | undefined, key: PropertyKey): z.ZodType | undefined {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) return inner.shape[String(key)] as z.ZodType | undefined;
  if (inner instanceof z.ZodRecord) return inner.valueType as z.ZodType;
  if (inner instanceof z.ZodArray) return inner.element as z.ZodType;
  return undefined;
}

const unwrap = (schema: z.ZodType | undefined): z.ZodType | undefined =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodDefault
    ? unwrap(schema.unwrap() as z.ZodType)
    : schema;
