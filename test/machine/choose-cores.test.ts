import { expect, test } from 'vitest';
import { chooseCores } from '../../src/machine/choose-cores.ts';
import { parseCoreList } from '../../src/machine/confine.ts';

const alone = (core: number) => [core];
/** Four physical cores of two threads each, numbered as Linux often does: 0 and 4, 1 and 5, … */
const paired = (core: number) => [core % 4, (core % 4) + 4];

test.each([
  {
    name: 'one core is the last one, so that the first stays free',
    count: 1,
    allowed: [0, 1, 2, 3],
    siblings: alone,
    cores: [3],
  },
  {
    name: 'several are the last ones, ascending',
    count: 3,
    allowed: [0, 1, 2, 3],
    siblings: alone,
    cores: [1, 2, 3],
  },
  { name: 'all are all', count: 2, allowed: [0, 1], siblings: alone, cores: [0, 1] },
  { name: 'only allowed ones', count: 2, allowed: [0, 2, 5], siblings: alone, cores: [2, 5] },
  {
    name: 'whole physical cores first',
    count: 4,
    allowed: parseCoreList('0-7'),
    siblings: paired,
    cores: [4, 5, 6, 7],
  },
  {
    name: 'neighbouring threads of one core are not taken together',
    count: 2,
    allowed: [0, 1, 2, 3],
    siblings: (core: number) => (core < 2 ? [0, 1] : [2, 3]),
    cores: [1, 3],
  },
  {
    name: 'second threads where nothing else is left',
    count: 5,
    allowed: parseCoreList('0-7'),
    siblings: paired,
    cores: [3, 4, 5, 6, 7],
  },
])('$name', ({ count, allowed, siblings, cores }) => {
  expect(chooseCores(count, allowed, siblings)).toEqual(cores);
});

test.each([
  { list: '0', cores: [0] },
  { list: '0-3\n', cores: [0, 1, 2, 3] },
  { list: ' 0-1,4,6-7', cores: [0, 1, 4, 6, 7] },
])('the core list "$list" is $cores', ({ list, cores }) => {
  expect(parseCoreList(list)).toEqual(cores);
});
