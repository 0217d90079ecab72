import { describe, expect, test } from 'vitest';
import type { LoadedModule } from '../../src/domain/application.ts';
import { type GivenPrices, priceWarnings } from '../../src/files/price-warnings.ts';

const price = { pricePerHour: 0.1 };
const profiled = (...cores: number[]) =>
  [{ points: cores.map((each) => ({ hardware: 'local', cores: each })) }] as unknown as LoadedModule[];
const given = (changes: Partial<GivenPrices>): GivenPrices => ({
  source: 'a.app.yaml',
  own: {},
  ofFile: {},
  ...changes,
});
const warningsOf = (changes: Partial<GivenPrices>, cores = [1], local = {}) =>
  priceWarnings(profiled(...cores), given(changes), { local: { ...price, ...local } });

describe('what prices say that is probably not meant', () => {
  test.each<[string, Partial<GivenPrices>]>([
    ['prices of what was profiled', { own: { local: price }, file: 'p.yaml', ofFile: { local: price } }],
    [
      'a list that knows more than the profile',
      { file: 'p.csv', ofFile: { local: price, 'm5.large': price } },
    ],
    ['no prices', {}],
  ])('nothing: %s', (_sentence, changes) => {
    expect(warningsOf(changes)).toEqual([]);
  });

  test('a name of the application that is in no profile, with the one that was meant', () => {
    expect(warningsOf({ own: { locale: price, 'gpu-a': price } })).toEqual([
      'a.app.yaml: hardware "locale" is in no profile, so its price is not used; did you mean "local"?',
      'a.app.yaml: hardware "gpu-a" is in no profile, so its price is not used',
    ]);
  });

  test('a list none of whose names is in a profile', () => {
    expect(warningsOf({ file: 'p.yaml', ofFile: { locale: price } })).toEqual([
      'p.yaml: none of its hardware is in a profile, so no price of it is used; profiles have "local", the file "locale"; did you mean "local"?',
    ]);
  });

  test('one price for machines of several sizes, unless it says of how many cores it is', () => {
    expect(warningsOf({}, [1, 4, 16])).toEqual([
      'the price of "local" says no cores, so a worker on 16 cores costs what one on 1 does: say how many its machine has, as hardware: { local: { pricePerHour: 0.1, cores: 16 } }',
    ]);
    expect(warningsOf({}, [1, 4, 16], { cores: 16 })).toEqual([]);
    expect(warningsOf({}, [4, 4])).toEqual([]);
  });
});
