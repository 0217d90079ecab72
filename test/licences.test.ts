/** What harp installs with itself may be used as freely as harp: its licences are those that ask for no more than a notice. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const PERMISSIVE = ['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', '0BSD'];

interface Installed {
  readonly license?: string;
  /** Only for work on harp itself. */
  readonly dev?: boolean;
}

const { packages } = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as {
  packages: Record<string, Installed>;
};

/** Of a choice between licences, one is enough. */
const isPermissive = (license: string): boolean =>
  license
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((choice) => PERMISSIVE.includes(choice));

it('every package that comes with harp has a permissive licence', () => {
  const installed = Object.entries(packages).filter(([, { dev }]) => !dev);
  expect(installed.length).toBeGreaterThan(20);
  const others = installed.filter(([, { license }]) => !isPermissive(license ?? 'none'));
  expect(others.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
});
