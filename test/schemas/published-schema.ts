/** The JSON Schemas as somebody else's tool sees them. */
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { jsonSchemaOf } from '../../src/schemas/json-schema.ts';

const ajv = new Ajv2020({ allErrors: true, strictTypes: false });

export const publishedSchema = (kind: string): object => JSON.parse(JSON.stringify(jsonSchemaOf(kind)));

/** What is wrong with a document of this kind; nothing where nothing is. */
export function violationsOf(kind: string, document: unknown): ErrorObject[] {
  const validate = ajv.getSchema(`urn:harp:${kind}`) ?? ajv.compile(publishedSchema(kind));
  return validate(document) ? [] : [...validate.errors!];
}
