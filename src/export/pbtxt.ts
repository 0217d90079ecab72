/** Writes protobuf's text format: what a config.pbtxt is. Fields in the order given. */

/** A name of an enum, which stands without quotes. */
export class Enum {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

type Scalar = string | number | boolean | Enum;
export type PbValue = Scalar | PbMessage | readonly Scalar[] | readonly PbMessage[] | undefined;
/** What is undefined is left out. */
export interface PbMessage {
  readonly [field: string]: PbValue;
}

/** A map as protobuf has it: repeated entries. */
export const pbMap = (entries: Readonly<Record<string, Scalar | PbMessage>>): PbMessage[] =>
  Object.entries(entries).map(([key, value]) => ({ key, value }));

/** @param comments lines that stand above the message */
export const pbtxt = (message: PbMessage, comments: readonly string[]): string =>
  `${[...comments.map(comment), ...fieldsOf(message, '')].join('\n')}\n`;

/** One line, whatever names are in it: here and in YAML. */
export const comment = (text: string): string => `# ${text.replaceAll(/[\r\n]+/g, ' ')}`;

function fieldsOf(message: PbMessage, indent: string): string[] {
  return Object.entries(message).flatMap(([field, value]) => {
    if (value === undefined) return [];
    if (!Array.isArray(value)) return fieldOf(field, value as Scalar | PbMessage, indent);
    if (value.length === 0) return [];
    return value.every(isScalar)
      ? [`${indent}${field}: [ ${value.map(scalarText).join(', ')} ]`]
      : value.flatMap((one: PbMessage) => fieldOf(field, one, indent));
  });
}

const fieldOf = (field: string, value: Scalar | PbMessage, indent: string): string[] =>
  isScalar(value)
    ? [`${indent}${field}: ${scalarText(value)}`]
    : [`${indent}${field} {`, ...fieldsOf(value, `${indent}  `), `${indent}}`];

const isScalar = (value: unknown): value is Scalar => typeof value !== 'object' || value instanceof Enum;

/** The escapes of JSON are some of those of the text format. */
const scalarText = (value: Scalar): string =>
  value instanceof Enum ? value.name : typeof value === 'string' ? JSON.stringify(value) : String(value);
