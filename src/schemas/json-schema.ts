/** The schemas that harp checks documents with, as JSON Schemas (draft 2020-12) for everybody else's tools. */
import { z } from 'zod';
import { didYouMean } from '../domain/closest-name.ts';
import { HarpError } from '../domain/errors.ts';
import { DOCUMENTS } from './documents.ts';
import type { SchemaList } from './schema-list.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * What may stand in a file: fields that have a default may be missing.
 * @throws HarpError `usage` for an unknown name
 */
export function jsonSchemaOf(name: string): JsonSchema {
  const kind = Object.hasOwn(DOCUMENTS, name) ? DOCUMENTS[name] : undefined;
  if (kind === undefined) {
    throw new HarpError('usage', 'no such schema', {
      where: 'NAME',
      expected: Object.keys(DOCUMENTS).join(', '),
      got: JSON.stringify(name),
      hint: didYouMean(name, Object.keys(DOCUMENTS)),
    });
  }
  const { $schema, ...schema } = z.toJSONSchema(kind.schema, { io: 'input' });
  return { $schema, $id: `urn:harp:${name}`, title: `harp ${name}`, description: kind.about, ...schema };
}

export const listSchemas = (): SchemaList => ({
  schemaVersion: 1,
  kind: 'schemas',
  schemas: Object.entries(DOCUMENTS).map(([name, { about, printedBy }]) => ({
    name,
    about,
    printedBy: [...printedBy],
  })),
});
