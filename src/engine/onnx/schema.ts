/**
 * Reads and writes ONNX files: the part of ONNX's schema (onnx.proto, © ONNX Project Contributors, Apache-2.0) that
 * harp looks at, as one table from which the codec and the TypeScript types both follow. Fields that are not in the
 * table pass from a decoded message to its encoding unchanged, and decoded bytes are views into the file's, not copies.
 */
import protobuf from 'protobufjs/light.js';

/** Message → field → number, type and rule: protobufjs' reflection format. */
const MESSAGES = {
  ModelProto: {
    irVersion: { id: 1, type: 'int64' },
    producerName: { id: 2, type: 'string' },
    producerVersion: { id: 3, type: 'string' },
    graph: { id: 7, type: 'GraphProto' },
    opsetImport: { id: 8, type: 'OperatorSetIdProto', rule: 'repeated' },
    metadataProps: { id: 14, type: 'StringStringEntryProto', rule: 'repeated' },
    functions: { id: 25, type: 'FunctionProto', rule: 'repeated' },
  },
  /** An operator defined by the model itself. */
  FunctionProto: {
    name: { id: 1, type: 'string' },
    input: { id: 4, type: 'string', rule: 'repeated' },
    output: { id: 5, type: 'string', rule: 'repeated' },
    node: { id: 7, type: 'NodeProto', rule: 'repeated' },
    opsetImport: { id: 9, type: 'OperatorSetIdProto', rule: 'repeated' },
    domain: { id: 10, type: 'string' },
  },
  OperatorSetIdProto: {
    domain: { id: 1, type: 'string' },
    version: { id: 2, type: 'int64' },
  },
  GraphProto: {
    node: { id: 1, type: 'NodeProto', rule: 'repeated' },
    name: { id: 2, type: 'string' },
    initializer: { id: 5, type: 'TensorProto', rule: 'repeated' },
    input: { id: 11, type: 'ValueInfoProto', rule: 'repeated' },
    output: { id: 12, type: 'ValueInfoProto', rule: 'repeated' },
    /** Of values between nodes, as far as the writer knew them. */
    valueInfo: { id: 13, type: 'ValueInfoProto', rule: 'repeated' },
    sparseInitializer: { id: 15, type: 'SparseTensorProto', rule: 'repeated' },
  },
  NodeProto: {
    input: { id: 1, type: 'string', rule: 'repeated' },
    output: { id: 2, type: 'string', rule: 'repeated' },
    name: { id: 3, type: 'string' },
    opType: { id: 4, type: 'string' },
    attribute: { id: 5, type: 'AttributeProto', rule: 'repeated' },
    domain: { id: 7, type: 'string' },
  },
  AttributeProto: {
    name: { id: 1, type: 'string' },
    f: { id: 2, type: 'float' },
    i: { id: 3, type: 'int64' },
    /** UTF-8. */
    s: { id: 4, type: 'bytes' },
    t: { id: 5, type: 'TensorProto' },
    g: { id: 6, type: 'GraphProto' },
    ints: { id: 8, type: 'int64', rule: 'repeated' },
    graphs: { id: 11, type: 'GraphProto', rule: 'repeated' },
    /** An ATTRIBUTE_TYPE. */
    type: { id: 20, type: 'int32' },
  },
  TensorProto: {
    dims: { id: 1, type: 'int64', rule: 'repeated' },
    /** An ELEMENT_TYPE. */
    dataType: { id: 2, type: 'int32' },
    int64Data: { id: 7, type: 'int64', rule: 'repeated', options: { packed: true } },
    name: { id: 8, type: 'string' },
    rawData: { id: 9, type: 'bytes' },
    externalData: { id: 13, type: 'StringStringEntryProto', rule: 'repeated' },
    dataLocation: { id: 14, type: 'int32' },
  },
  SparseTensorProto: {
    values: { id: 1, type: 'TensorProto' },
    indices: { id: 2, type: 'TensorProto' },
  },
  StringStringEntryProto: {
    key: { id: 1, type: 'string' },
    value: { id: 2, type: 'string' },
  },
  ValueInfoProto: {
    name: { id: 1, type: 'string' },
    type: { id: 2, type: 'TypeProto' },
  },
  TypeProto: {
    tensorType: { id: 1, type: 'TensorTypeProto' },
  },
  /** TypeProto.Tensor */
  TensorTypeProto: {
    elemType: { id: 1, type: 'int32' },
    shape: { id: 2, type: 'TensorShapeProto' },
  },
  TensorShapeProto: {
    dim: { id: 1, type: 'DimensionProto', rule: 'repeated' },
  },
  /** TensorShapeProto.Dimension: a value, a name, or neither. */
  DimensionProto: {
    dimValue: { id: 1, type: 'int64' },
    dimParam: { id: 2, type: 'string' },
  },
} as const;

/** AttributeProto.AttributeType */
export const ATTRIBUTE_TYPE = { float: 1, int: 2, ints: 7 } as const;

/** TensorProto.DataLocation */
export const EXTERNAL = 1;

type Messages = typeof MESSAGES;
type MessageName = keyof Messages;

/** 64-bit integers are decoded as objects; `Number(value)` reads both forms. */
export type Int64 = number | { toNumber(): number };

interface Scalars {
  readonly string: string;
  readonly bytes: Uint8Array;
  readonly float: number;
  readonly int32: number;
  readonly int64: Int64;
}

type ValueOf<Type> = Type extends keyof Scalars
  ? Scalars[Type]
  : Type extends MessageName
    ? Message<Type>
    : never;
type FieldValue<Field> = Field extends { rule: 'repeated'; type: infer Type }
  ? ValueOf<Type>[]
  : Field extends { type: infer Type }
    ? ValueOf<Type>
    : never;

/** A message to be written, or one that was read: absent fields are left out, or have their protobuf default. */
export type Message<Name extends MessageName> = {
  -readonly [Field in keyof Messages[Name]]?: FieldValue<Messages[Name][Field]> | null;
};

// proto2: a field that is present with its default value stays present (an attribute of 0, a dimension of 0).
const types = Object.entries(MESSAGES).map(([name, fields]) => [name, { edition: 'proto2', fields }]);
const root = protobuf.Root.fromJSON({ nested: Object.fromEntries(types) });
const modelType = root.lookupType('ModelProto');

/** @throws Error where the bytes are not a protobuf message, RangeError where they end too early */
export function decodeModel(bytes: Uint8Array): Message<'ModelProto'> {
  const reader = protobuf.Reader.create(bytes);
  reader.discardUnknown = false;
  return modelType.decode(reader) as Message<'ModelProto'>;
}

/** A copy with other values in some fields; what the table does not name goes along, which a spread would lose. */
export function altered<Copied extends object>(message: Copied, fields: Partial<Copied>): Copied {
  const { $unknowns } = message as { $unknowns?: unknown };
  return { ...message, ...fields, ...($unknowns !== undefined && { $unknowns }) };
}

export const encodeModel = (model: Message<'ModelProto'>): Uint8Array => modelType.encode(model).finish();
