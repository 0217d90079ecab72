/** When requests arrive, as plain data: what a user may ask for (a spec), and what can be simulated (a process). */
import { z } from 'zod';
import type { Recording } from '../../domain/recording.ts';

const uniform = z.strictObject({ kind: z.literal('uniform') });
const poisson = z.strictObject({ kind: z.literal('poisson') });
const gamma = z.strictObject({
  kind: z.literal('gamma'),
  /** Coefficient of variation of the gaps: below 1 they are more even than Poisson's, above it more bursty. */
  cv: z.number().positive(),
});

const gapsSchema = z.discriminatedUnion('kind', [uniform, poisson, gamma]);

/** A renewal process: independent gaps of one distribution. */
export type Gaps = z.infer<typeof gapsSchema>;

const burst = z.strictObject({
  kind: z.literal('burst'),
  /** Requests at once. */
  size: z.number().int().positive(),
  /** Between bursts. */
  gaps: gapsSchema,
});

const steps = z.strictObject({
  kind: z.literal('steps'),
  /** In turn, again and again; not all zero. */
  steps: z
    .array(z.strictObject({ rate: z.number().nonnegative(), durationS: z.number().positive() }))
    .min(1)
    .refine((all) => all.some(({ rate }) => rate > 0), { message: 'nothing ever arrives' }),
  /** Rates are requests per second, or multiples of the rate asked for. */
  rates: z.enum(['absolute', 'relative']),
  /** Stretched by the rate of the moment. */
  gaps: gapsSchema,
});

const trace = z
  .strictObject({
    kind: z.literal('trace'),
    file: z.string().min(1),
    /** Of a CSV file or of JSON objects. */
    column: z.string().min(1).optional(),
    /** Of times that are plain numbers. */
    unit: z.enum(['s', 'ms']).optional(),
    /** Where the file counts requests: the length of an interval. */
    everyS: z.number().positive().optional(),
    /** How the requests of an interval lie in it; at random if absent. */
    spread: z.enum(['even', 'random']).optional(),
    /** The rate as a multiple of the recorded one; the rate asked for if absent. */
    rateFactor: z.number().positive().optional(),
    /** How fast its time goes by. */
    speed: z.number().positive().optional(),
    afterwards: z.enum(['end', 'repeat']),
  })
  .refine(({ everyS, unit }) => everyS === undefined || unit === undefined, {
    message: 'counts have no unit of time',
  })
  .refine(({ everyS, spread }) => everyS !== undefined || spread === undefined, {
    message: 'only the requests of an interval can be spread',
  });

export const arrivalSpecSchema = z.discriminatedUnion('kind', [uniform, poisson, gamma, burst, steps, trace]);

/** As a user describes it; a trace is still a file. */
export type ArrivalSpec = z.infer<typeof arrivalSpecSchema>;

/** A trace with what its file tells. */
export type Replay = z.infer<typeof trace> & { readonly recording: Recording };

/** All that decides arrivals but rate and seed. */
export type ArrivalProcess = Gaps | z.infer<typeof burst> | z.infer<typeof steps> | Replay;
