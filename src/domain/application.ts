/** An application: a DAG of modules with one request rate and one end-to-end latency objective (SLO). */
import { z } from 'zod';
import { HarpError } from './errors.ts';
import { type HardwareTable, hardwareTableSchema } from './hardware.ts';
import { type ModelReference, SCALING_MODES, type ScalingMode } from './plan.ts';
import type { ProfilePoint } from './profile.ts';

const cores = z.number().int().positive();

export const moduleSchema = z.strictObject({
  /** Profile file or files, relative to the application's file. */
  profile: z.union([z.string(), z.array(z.string()).min(1)]),
  /** Modules whose results this one waits for. */
  after: z.array(z.string()).default([]),
  /** The fewest and the most cores of a worker: nothing else is planned, and nothing else is scaled to; what was profiled by default. */
  cores: z
    .tuple([cores, cores])
    .refine(([least, most]) => least <= most, { message: 'the fewest cores come first' })
    .optional(),
  /** Mean requests of this module per request of the application. */
  perRequest: z.number().positive().default(1),
  /** The ONNX file to serve; the profile's own by default. */
  model: z.string().optional(),
  /** Where inputs come from: input name → "module.output", or "request.input". */
  inputs: z.record(z.string(), z.string()).optional(),
  /** `split`: every row of axis 0 becomes a request of its own. */
  rows: z.literal('split').optional(),
});

export const applicationSchema = z.strictObject({
  schemaVersion: z.literal(1),
  name: z.string().min(1),
  rateRps: z.number().positive(),
  sloMs: z.number().positive(),
  /** What of the SLO is kept for all that happens outside the engine: network, HTTP, timers. */
  reserveMs: z.number().nonnegative().optional(),
  modules: z.record(z.string().min(1), moduleSchema).refine((modules) => Object.keys(modules).length > 0, {
    message: 'an application needs at least one module',
  }),
  hardware: hardwareTableSchema.optional(),
  scaling: z.enum(SCALING_MODES).optional(),
});

export type Application = z.infer<typeof applicationSchema>;
export type ApplicationModule = z.infer<typeof moduleSchema>;

/**
 * Module names, parents before children, otherwise in the order given.
 * @throws HarpError `bad-input` for an unknown module in `after`, or a cycle
 */
export function topologicalOrder(
  modules: Readonly<Record<string, { readonly after: readonly string[] }>>,
  source: string,
): string[] {
  const order: string[] = [];
  const visiting: string[] = [];
  const visit = (name: string): void => {
    if (order.includes(name)) return;
    if (visiting.includes(name)) {
      throw new HarpError('bad-input', 'the modules form a cycle', {
        where: `${source}: modules.${name}.after`,
        expected: 'a directed graph without cycles',
        got: [...visiting.slice(visiting.indexOf(name)), name].join(' after '),
        hint: `Remove one of these names from an "after" list.`,
      });
    }
    visiting.push(name);
    const { after } = modules[name]!;
    for (const [index, parent] of after.entries()) {
      if (after.indexOf(parent) < index) {
        throw new HarpError('bad-input', `"${parent}" stands there twice`, {
          where: `${source}: modules.${name}.after`,
        });
      }
      if (!Object.hasOwn(modules, parent)) {
        throw new HarpError('bad-input', `unknown module "${parent}"`, {
          where: `${source}: modules.${name}.after`,
          expected: `one of ${Object.keys(modules).join(', ')}`,
          got: `"${parent}"`,
        });
      }
      visit(parent);
    }
    visiting.pop();
    order.push(name);
  };
  for (const name of Object.keys(modules)) visit(name);
  return order;
}

/** A module with all that its files say: what planning and serving need. */
export interface LoadedModule {
  readonly name: string;
  readonly after: readonly string[];
  readonly perRequest: number;
  /** At least one; `durationMs` is the statistic asked for. */
  readonly points: readonly ProfilePoint[];
  readonly model: ModelReference;
  /** By hardware, where the profile says it. */
  readonly measuredOn: Readonly<
    Record<
      string,
      {
        readonly cpuModel: string;
        readonly provider?: string | undefined;
        /** Names of the devices that there were, where the provider computes on one. */
        readonly gpus?: string[] | undefined;
      }
    >
  >;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly rows?: 'split';
}

/** An application with its profiles and prices read. */
export interface LoadedApplication {
  readonly name: string;
  readonly rateRps: number;
  readonly sloMs: number;
  /** What of the SLO is kept for all that happens outside the engine; nothing where it does not say. */
  readonly reserveMs?: number | undefined;
  /** Parents before children. */
  readonly modules: readonly LoadedModule[];
  /** An entry for the hardware of every point. */
  readonly hardware: HardwareTable;
  /** Off where it does not say. */
  readonly scaling?: ScalingMode | undefined;
  /** Points that no plan may use, since they need more memory than a machine has: one sentence a module. */
  readonly leftOut?: readonly string[];
  /** What its prices say that is probably not meant. */
  readonly warnings?: readonly string[];
}
