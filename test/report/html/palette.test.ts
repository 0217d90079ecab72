/**
 * The colours of series are told apart by who does not see all colours, too: distances in CIELAB between what is seen of them,
 * by linear models of protanopia, deuteranopia and tritanopia (after Machado, Oliveira and Fernandes 2009, our reading).
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { COLOURS } from '../../../src/report/html/chart/chart.ts';

type Triple = readonly [number, number, number];

const SIGHTS: Readonly<Record<string, readonly Triple[]>> = {
  all: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const dot = (a: Triple, b: Triple): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

const linear = (hex: string): Triple =>
  [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Triple;

function lab(rgb: Triple): Triple {
  const f = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f(dot([0.4124, 0.3576, 0.1805], rgb) / 0.95047);
  const y = f(dot([0.2126, 0.7152, 0.0722], rgb));
  const z = f(dot([0.0193, 0.1192, 0.9505], rgb) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const seen = (hex: string, sight: readonly Triple[]): Triple => {
  const rgb = linear(hex);
  return lab(sight.map((row) => Math.min(1, Math.max(0, dot(row, rgb)))) as unknown as Triple);
};

const read = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');

const css = read('page-base.css');
const [light = '', dark = ''] = css.match(/:root \{[^}]*--blue[^}]*\}/g)!;
const colourIn = (theme: string, name: string): string =>
  new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(theme)![1]!;

/** Colours that differ by less than about 2 look the same side by side; across a page it takes more. */
const LEAST = 12;

describe.each([
  ['light', light],
  ['dark', dark],
])('colours of series in %s', (_, theme) => {
  test.each(Object.entries(SIGHTS))('are told apart with %s', (_name, sight) => {
    const close = COLOURS.flatMap((a, index) =>
      COLOURS.slice(index + 1).flatMap((b) => {
        const [one, other] = [seen(colourIn(theme, a), sight), seen(colourIn(theme, b), sight)];
        const distance = Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
        return distance < LEAST ? [`${a} and ${b}: ${distance.toFixed(1)}`] : [];
      }),
    );
    expect(close).toEqual([]);
  });
});

describe('both pages', () => {
  test('give series the same colours in the same order', () => {
    const [, listed = ''] = /const COLOURS = (\[[^\]]*\]);/.exec(read('live-page/figures.js'))!;
    expect(listed.match(/\w+/g)).toEqual([...COLOURS]);
  });

  test.each(['live-page/page.css', 'report-page/page.css'])('%s has no colours of its own', (file) => {
    expect(read(file).match(/#[0-9a-f]{3,8}\b(?=[^{}]*;)|\brgba?\(/gi) ?? []).toEqual([]);
  });
});
