import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applicationSchema } from '../../src/domain/application.ts';
import { HarpError } from '../../src/domain/errors.ts';
import { hardwareFileSchema } from '../../src/domain/hardware.ts';
import { rejectUnknownFields } from '../../src/files/reject-unknown-fields.ts';

function hintFor(read: () => void): string | undefined {
  try {
    read();
  } catch (error) {
    if (error instanceof HarpError) return error.details.hint;
    throw error;
  }
  throw new Error('not rejected');
}

const inApplication = (field: string) => () =>
  rejectUnknownFields({ [field]: 1 }, applicationSchema, 'app.yaml');
const inModule = (field: string) => () =>
  rejectUnknownFields({ modules: { a: { [field]: 1 } } }, applicationSchema, 'app.yaml');
const inHardware = (field: string) => () =>
  rejectUnknownFields({ hardware: { a: { [field]: 1 } } }, hardwareFileSchema, 'hardware.yaml');

test.each([
  ['without its unit', inApplication, 'rate', 'rateRps'],
  ['without its unit', inApplication, 'slo', 'sloMs'],
  ['without its unit', inApplication, 'reserve', 'reserveMs'],
  ['in another unit', inApplication, 'sloSeconds', 'sloMs'],
  ['in another spelling', inApplication, 'rate_rps', 'rateRps'],
  ['in another spelling', inApplication, 'schema-version', 'schemaVersion'],
  ['by another name', inApplication, 'qps', 'rateRps'],
  ['by another name', inApplication, 'deadlineMs', 'sloMs'],
  ['with a typing error', inApplication, 'modulse', 'modules'],
  ['by another name', inModule, 'dependsOn', 'after'],
  ['by another name', inModule, 'depends_on', 'after'],
  ['by another name', inModule, 'needs', 'after'],
  ['with a typing error', inModule, 'afte', 'after'],
  ['in another spelling', inModule, 'per_request', 'perRequest'],
  ['without its unit', inHardware, 'price', 'pricePerHour'],
  ['in another spelling', inHardware, 'price_per_hour', 'pricePerHour'],
  ['without its unit', inHardware, 'memory', 'memoryMiB'],
  ['in another unit', inHardware, 'deviceMemoryGiB', 'deviceMemoryMiB'],
  ['by another name', inHardware, 'cost', 'pricePerHour'],
] as const)('a field %s: %s %s is %s', (_how, inPlace, field, meant) => {
  expect(hintFor(inPlace(field))).toBe(`Did you mean "${meant}"?`);
});

test.each(['colour', 'x'])('what resembles nothing gets no suggestion: %s', (field) => {
  expect(hintFor(inHardware(field))).toBeUndefined();
});

test('the first word of a field always finds one that begins with it', () => {
  const fields = Object.keys(applicationSchema.shape);
  fc.assert(
    fc.property(fc.constantFrom(...fields), fc.constantFrom('', 'X', '_x', 'PerDay'), (field, ending) => {
      const [first] = field.split(/(?=[A-Z])/);
      fc.pre(!fields.includes(first! + ending));
      const [, meant] = /"(.*)"/.exec(hintFor(inApplication(first! + ending))!)!;
      expect(meant!.startsWith(first!)).toBe(true);
    }),
  );
});
