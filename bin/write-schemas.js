// Writes the JSON Schemas that `harp schema NAME` prints into dist/schemas. Run by the build.
import { mkdirSync, writeFileSync } from 'node:fs';
import { jsonSchemaOf, listSchemas } from '../dist/schemas/json-schema.js';

const folder = new URL('../dist/schemas/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const { name } of listSchemas().schemas) {
  writeFileSync(new URL(`${name}.schema.json`, folder), `${JSON.stringify(jsonSchemaOf(name), null, 2)}\n`);
}
