import { describe, expect, test } from 'vitest';
import { describeArrivals } from '../../../src/simulation/arrivals/describe-arrivals.ts';
import { parseArrivals } from '../../../src/simulation/arrivals/parse-arrivals.ts';

test.each<[string, object, string]>([
  ['uniform', { kind: 'uniform' }, 'uniform'],
  ['poisson', { kind: 'poisson' }, 'poisson'],
  ['gamma:2.5', { kind: 'gamma', cv: 2.5 }, 'gamma with CV 2.5'],
  ['burst:8', { kind: 'burst', size: 8, gaps: { kind: 'uniform' } }, 'bursts of 8, uniform'],
  [
    'burst:8/gamma:2',
    { kind: 'burst', size: 8, gaps: { kind: 'gamma', cv: 2 } },
    'bursts of 8, gamma with CV 2',
  ],
  [
    'steps:100@60,0@0.5',
    {
      kind: 'steps',
      steps: [
        { rate: 100, durationS: 60 },
        { rate: 0, durationS: 0.5 },
      ],
      rates: 'absolute',
      gaps: { kind: 'poisson' },
    },
    '100/s for 60 s, 0/s for 0.5 s, in turn, poisson',
  ],
  [
    'steps:x1.5@10/uniform',
    {
      kind: 'steps',
      steps: [{ rate: 1.5, durationS: 10 }],
      rates: 'relative',
      gaps: { kind: 'uniform' },
    },
    '1.5× the rate for 10 s, uniform',
  ],
  [
    'trace:a/b.csv',
    { kind: 'trace', file: 'a/b.csv', afterwards: 'end' },
    'replay of a/b.csv, scaled to the rate asked for',
  ],
  [
    'trace:C:b.csv,column=start time,unit=s,x2,speed=10,repeat',
    {
      kind: 'trace',
      file: 'C:b.csv',
      column: 'start time',
      unit: 's',
      rateFactor: 2,
      speed: 10,
      afterwards: 'repeat',
    },
    'replay of C:b.csv, 2× its rate, 10× as fast, repeated',
  ],
  [
    'trace:-,every=60,spread=even',
    { kind: 'trace', file: '-', everyS: 60, spread: 'even', afterwards: 'end' },
    'replay of stdin, counts per 60 s spread evenly, scaled to the rate asked for',
  ],
])('%s is read, and told to people', (text, process, told) => {
  expect(parseArrivals(text)).toEqual(process);
  expect(describeArrivals(parseArrivals(text))).toBe(told);
});

describe('refused', () => {
  test.each<[string, string, RegExp]>([
    ['no kind', '', /unknown arrivals \(expected uniform, poisson, gamma, burst, steps, trace, got ""\)/],
    ['another kind', 'pareto:2', /unknown arrivals .*got "pareto:2"/],
    ['the name of what every object has', 'constructor', /unknown arrivals/],
    ['uniform arrivals with more', 'uniform:3', /invalid arrivals \(expected uniform, got "uniform:3"\)/],
    ['gamma without CV', 'gamma', /expected gamma:CV, got "gamma"/],
    ['gamma with a CV of 0', 'gamma:0', /expected gamma:CV/],
    ['gamma with an endless CV', 'gamma:Infinity', /expected gamma:CV/],
    ['a burst of none', 'burst:0', /expected burst:SIZE/],
    ['a burst of a half', 'burst:1.5', /expected burst:SIZE/],
    ['bursts with unknown gaps', 'burst:2/burst:3', /expected burst:SIZE/],
    ['bursts with two kinds of gaps', 'burst:2/poisson/poisson', /expected burst:SIZE/],
    ['no steps', 'steps:', /expected steps:RATE@SECONDS/],
    ['a step without its duration', 'steps:100', /expected steps:RATE@SECONDS/],
    ['a step without its rate', 'steps:@10', /expected steps:RATE@SECONDS/],
    ['a negative rate', 'steps:-1@10', /expected steps:RATE@SECONDS/],
    ['a step of no time', 'steps:10@0', /expected steps:RATE@SECONDS/],
    ['steps that are absolute and relative', 'steps:x1@10,5@10', /expected steps:RATE@SECONDS/],
    ['steps without any arrival', 'steps:0@10,0@5', /nothing ever arrives/],
    ['a trace without its file', 'trace:', /expected trace:FILE/],
    ['an unknown option of a trace', 'trace:a.csv,fast', /expected trace:FILE.*got "trace:a.csv,fast"/],
    ['an option named as what every object has', 'trace:a.csv,__proto__', /expected trace:FILE/],
    ['an empty option', 'trace:a.csv,', /expected trace:FILE/],
    ['an option that has no value', 'trace:a.csv,x', /expected trace:FILE/],
    ['an unknown unit', 'trace:a.csv,unit=us', /expected trace:FILE/],
    ['a unit of counts', 'trace:a.csv,every=60,unit=s', /counts have no unit of time/],
    ['times that are spread', 'trace:a.csv,spread=even', /only the requests of an interval can be spread/],
  ])('%s', (_, text, message) => {
    expect(() => parseArrivals(text)).toThrow(message);
    expect(() => parseArrivals(text)).toThrow(
      expect.objectContaining({
        code: 'usage',
        exitCode: 2,
        message: expect.stringMatching(/^--arrivals: /),
      }),
    );
  });

  test('with what could be written instead', () => {
    expect(() => parseArrivals('steps:x2')).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({ hint: expect.stringContaining('steps:x2@5,x0@5') }),
      }),
    );
  });
});
