/** Files that are written by hand say in their schema what each field means: editors show it. */
import { expect, test } from 'vitest';
import { jsonSchemaOf } from '../../src/schemas/json-schema.ts';

/** Every property of every object, by its path. */
function fieldsOf(schema: unknown, path = ''): [path: string, field: { description?: string }][] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]): [string, { description?: string }][] =>
    key === 'properties'
      ? Object.entries(value as object).flatMap(([name, field]): [string, { description?: string }][] => [
          [`${path}.${name}`, field],
          ...fieldsOf(field, `${path}.${name}`),
        ])
      : fieldsOf(value, path),
  );
}

test.each(['application', 'hardware'])('every field of %s is described', (name) => {
  const fields = fieldsOf(jsonSchemaOf(name));
  expect(fields.length).toBeGreaterThan(5);
  expect(fields.filter(([, { description }]) => !description).map(([path]) => path)).toEqual([]);
});
