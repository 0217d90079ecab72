/** The text that describes arrivals, on a command line or in a plan: `gamma:2`, `steps:100@60,200@30`, `trace:FILE,repeat`. */
import { HarpError } from '../../domain/errors.ts';
import { type ArrivalSpec, arrivalSpecSchema } from './arrival-spec.ts';

interface Form {
  readonly syntax: string;
  /** What the schema is to judge, from the text after the colon. */
  readonly read: (rest: string) => object | undefined;
}

const bare = (kind: string): Form => ({
  syntax: kind,
  read: (rest) => (rest === '' ? { kind } : undefined),
});

const FORMS: Record<ArrivalSpec['kind'], Form> = {
  uniform: bare('uniform'),
  poisson: bare('poisson'),
  gamma: { syntax: 'gamma:CV', read: (cv) => ({ kind: 'gamma', cv: numberIn(cv) }) },
  burst: { syntax: 'burst:SIZE[/GAPS]', read: readBurst },
  steps: { syntax: 'steps:RATE@SECONDS,…[/GAPS] or steps:xFACTOR@SECONDS,…[/GAPS]', read: readSteps },
  trace: {
    syntax:
      'trace:FILE[,column=NAME][,unit=s|ms][,every=SECONDS][,spread=even|random][,xFACTOR][,speed=FACTOR][,repeat]',
    read: readTrace,
  },
};

/** @throws HarpError `usage` */
export function parseArrivals(text: string): ArrivalSpec {
  const [, kind, rest] = /^([^:]*):?(.*)$/s.exec(text)!;
  const form = Object.hasOwn(FORMS, kind!) ? FORMS[kind as ArrivalSpec['kind']] : undefined;
  if (form === undefined) {
    const forms = Object.values(FORMS).map(({ syntax }) => syntax);
    throw refusal('unknown arrivals', text, Object.keys(FORMS).join(', '), `Write ${forms.join('; ')}.`);
  }
  const result = arrivalSpecSchema.safeParse(form.read(rest!));
  if (result.success) return result.data;
  const said = result.error.issues.find(({ code }) => code === 'custom')?.message;
  throw refusal(said ?? 'invalid arrivals', text, form.syntax, HINTS[kind as ArrivalSpec['kind']]);
}

const HINTS: Partial<Record<ArrivalSpec['kind'], string>> = {
  gamma: 'CV > 0 is the coefficient of variation of the gaps: 1 is poisson, 0 would be uniform.',
  burst: 'GAPS, uniform by default, is uniform, poisson or gamma:CV; burst:8/poisson.',
  steps:
    'RATE is in requests/s, FACTOR multiplies the rate asked for; steps:100@60,200@30/uniform, steps:x2@5,x0@5.',
  trace:
    'As trace:requests.csv,column=TIMESTAMP or trace:counts.txt,every=60; files with commas in their names cannot be said.',
};

const refusal = (what: string, got: string, expected: string, hint: string | undefined): HarpError =>
  new HarpError('usage', what, { where: '--arrivals', expected, got: JSON.stringify(got), hint });

/** NaN, which no schema takes, where the text is none. */
const numberIn = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

function readBurst(rest: string): object {
  const { before, gaps } = splitGaps(rest, 'uniform');
  return { kind: 'burst', size: numberIn(before), gaps };
}

function readSteps(rest: string): object | undefined {
  const { before, gaps } = splitGaps(rest, 'poisson');
  const steps = before.split(',').map((step) => /^(x?)([^@]+)@([^@]+)$/.exec(step));
  const relative = steps.filter((step) => step?.[1] === 'x').length;
  if (relative !== 0 && relative !== steps.length) return undefined;
  return {
    kind: 'steps',
    steps: steps.map((step) => step && { rate: numberIn(step[2]!), durationS: numberIn(step[3]!) }),
    rates: relative > 0 ? 'relative' : 'absolute',
    gaps,
  };
}

/** What stands before a slash, and the gaps after it. */
function splitGaps(text: string, byDefault: 'uniform' | 'poisson'): { before: string; gaps: unknown } {
  const [, before, kind, rest = ''] = /^([^/]*)(?:\/([^:]*):?(.*))?$/s.exec(text) ?? ['', '', ''];
  if (kind === undefined) return { before: before!, gaps: { kind: byDefault } };
  const form = kind === 'uniform' || kind === 'poisson' || kind === 'gamma' ? FORMS[kind] : undefined;
  return { before: before!, gaps: form?.read(rest) };
}

const TRACE_OPTIONS: Readonly<Record<string, (value: string) => object>> = {
  column: (column) => ({ column }),
  unit: (unit) => ({ unit }),
  every: (seconds) => ({ everyS: numberIn(seconds) }),
  spread: (spread) => ({ spread }),
  speed: (factor) => ({ speed: numberIn(factor) }),
};

function readTrace(rest: string): object {
  const [file, ...options] = rest.split(',');
  return Object.assign({ kind: 'trace', file, afterwards: 'end' }, ...options.map(readTraceOption));
}

/** One that is not known becomes a field that the schema refuses, since it has none. */
function readTraceOption(option: string): object {
  if (option === 'repeat') return { afterwards: 'repeat' };
  if (option.startsWith('x')) return { rateFactor: numberIn(option.slice(1)) };
  const [, name, value] = /^(\w+)=(.*)$/s.exec(option) ?? [];
  const read = name !== undefined && Object.hasOwn(TRACE_OPTIONS, name) ? TRACE_OPTIONS[name] : undefined;
  return read?.(value!) ?? { unknown: option };
}
