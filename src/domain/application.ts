/** An application: a DAG of modules with one request rate and one end-to-end latency objective (SLO). */
import { z } from 'zod';
import { HarpError } from './errors.ts';
import { type HardwareTable, hardwareTableSchema } from './hardware.ts';
import { type ModelReference, SCALING_MODES, type ScalingMode } from './plan.ts';
import type { ProfilePoint } from './profile.ts';

const cores = z.number().int().positive();

export const moduleSchema = z.strictObject({
  profile: z
    .union([z.string(), z.array(z.string()).min(1)])
    .describe("profile file or files, relative to the application's file"),
  after: z.array(z.string()).default([]).describe('modules whose results this one waits for'),
  cores: z
    .tuple([cores, cores])
    .refine(([least, most]) => least <= most, { message: 'the fewest cores come first' })
    .optional()
    .describe(
      'the fewest and the most cores of a worker: nothing else is planned, and nothing else is scaled to; what was profiled by default',
    ),
  perRequest: z
    .number()
    .positive()
    .default(1)
    .describe('mean requests of this module per request of the application'),
  model: z.string().optional().describe("the ONNX file to serve; the profile's own by default"),
  inputs: z
    .record(z.string(), z.string())
    .optional()
    .describe('where inputs come from: input name → "module.output", or "request.input"'),
  rows: z
    .literal('split')
    .optional()
    .describe('split: every row that the modules before this one found becomes a task of its own'),
});

export const applicationSchema = z.strictObject({
  schemaVersion: z.literal(1).describe('of this format'),
  name: z.string().min(1).describe('what clients call it by'),
  rateRps: z.number().positive().describe('requests per second that it is planned for'),
  sloMs: z.number().positive().describe('ms from the arrival of a request to its answer, at most'),
  reserveMs: z
    .number()
    .nonnegative()
    .optional()
    .describe('ms of the SLO that are kept for all that happens outside the engine: network, HTTP, timers'),
  modules: z
    .record(z.string().min(1), moduleSchema)
    .refine((modules) => Object.keys(modules).length > 0, {
      message: 'an application needs at least one module',
    })
    .describe('models by name; their "after" makes the graph'),
  hardware: hardwareTableSchema
    .optional()
    .describe('machines by name, before the prices that come with harp'),
  scaling: z
    .enum(SCALING_MODES)
    .optional()
    .describe('whether running workers get more and fewer cores: off by default'),
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
