/** Flags that several commands share, and the kinds of values they take. */
import { Args, Flags } from '@oclif/core';
import { HarpError } from '../domain/errors.ts';

const badFlag = (flag: string, expected: string, got: string): HarpError =>
  new HarpError('usage', 'invalid value', { where: `--${flag}`, expected, got: JSON.stringify(got) });

/** A number above zero. */
export const positive = Flags.custom<number>({
  parse: async (input, _context, { name }) => {
    const value = Number(input);
    if (input.trim() === '' || !Number.isFinite(value) || value <= 0)
      throw badFlag(name, 'a number > 0', input);
    return value;
  },
});

/** Milliseconds, 0 or more. */
export const milliseconds = Flags.custom<number>({
  helpValue: 'MS',
  parse: async (input, _context, { name }) => {
    const value = Number(input);
    if (input.trim() === '' || !Number.isFinite(value) || value < 0)
      throw badFlag(name, 'milliseconds, 0 or more', input);
    return value;
  },
});

/** Of a plan that is made. */
export const reserve = (options: { readonly exclusive?: string[] } = {}) =>
  milliseconds({
    description: 'of the SLO, kept for what happens outside the engine (HTTP, timers, network)',
    ...options,
  });

/** A percentage, 0 or more, with its sign or without. */
export const percentage = Flags.custom<number>({
  parse: async (input, _context, { name }) => {
    const number = input.replace(/%$/, '');
    const value = Number(number);
    if (number.trim() === '' || !Number.isFinite(value) || value < 0)
      throw badFlag(name, 'a percentage, 0 or more, as 5 or 5%', input);
    return value;
  },
});

/** "1,2,4": whole numbers above zero, sorted, each once. */
export const countList = Flags.custom<number[]>({
  parse: async (input, _context, { name }) => {
    const values = input.split(',').map(Number);
    if (values.some((value) => !Number.isInteger(value) || value <= 0)) {
      throw badFlag(name, 'whole numbers > 0 separated by commas, as 1,2,4', input);
    }
    return [...new Set(values)].sort((a, b) => a - b);
  },
});

export const out = (description: string) => Flags.string({ char: 'o', description, helpValue: 'FILE' });

/** A whole number above zero. */
export const count = Flags.custom<number>({
  parse: async (input, _context, { name }) => {
    const value = Number(input);
    if (!Number.isInteger(value) || value <= 0) throw badFlag(name, 'a whole number > 0', input);
    return value;
  },
});

/** "100..800": two ascending numbers above zero, ms. */
export const rangeMs = Flags.custom<{ fromMs: number; toMs: number }>({
  parse: async (input, _context, { name }) => {
    const [from = Number.NaN, to = Number.NaN, ...rest] = input.split('..').map(Number);
    if (!(from > 0 && to > from && to < Number.POSITIVE_INFINITY) || rest.length > 0) {
      throw badFlag(name, 'MIN..MAX, two numbers > 0, as 100..800', input);
    }
    return { fromMs: from, toMs: to };
  },
});

/** "host:port", or a port alone on loopback. */
export const address = Flags.custom<{ host: string; port: number }>({
  parse: async (input, _context, { name }) => {
    const match = /^(?:(.+):)?(\d{1,5})$/.exec(input);
    const port = Number(match?.[2]);
    if (match === null || port > 65_535) throw badFlag(name, 'HOST:PORT or PORT', input);
    return { host: (match[1] ?? '127.0.0.1').replace(/^\[(.*)\]$/, '$1'), port };
  },
});

/** The number of a process, as an argument. */
export const processId = Args.custom<number>({
  parse: async (input) => {
    const pid = Number(input);
    if (Number.isInteger(pid) && pid > 0) return pid;
    throw new HarpError('usage', 'not the number of a process', {
      where: 'PID',
      expected: 'a whole number > 0',
      got: JSON.stringify(input),
      hint: 'harp status lists the daemons that run.',
    });
  },
});
