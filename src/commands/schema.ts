import { Args } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { renderSchemaList } from '../report/schema-table.ts';
import type { JsonSchema } from '../schemas/json-schema.ts';
import type { SchemaList } from '../schemas/schema-list.ts';

export default class Schema extends BaseCommand {
  static override summary =
    'Print the JSON Schema of a kind of file, or of what a command prints with --json.';
  static override description =
    'Without NAME it lists them all. The same schemas lie in the package, as dist/schemas/NAME.schema.json.';
  static override examples = [
    '<%= config.bin %> schema',
    '<%= config.bin %> schema plan > plan.schema.json',
    '<%= config.bin %> schema load',
  ];

  static override args = { name: Args.string({ description: 'kind of document' }) };

  async run(): Promise<JsonSchema | SchemaList> {
    const { args } = await this.parse(Schema);
    const { jsonSchemaOf, listSchemas } = await import('../schemas/json-schema.ts');
    if (args.name === undefined) {
      const list = listSchemas();
      this.log(renderSchemaList(list, this.style));
      return list;
    }
    const schema = jsonSchemaOf(args.name);
    this.log(JSON.stringify(schema, null, 2));
    return schema;
  }
}
