/** Every kind of file and of `--json` document, by name: its schema, what it is, and the commands that print it. */
import type { z } from 'zod';
import { applicationSchema } from '../domain/application.ts';
import {
  applicationComparisonSchema,
  benchmarkComparisonSchema,
  costOverSloSchema,
} from '../domain/comparison.ts';
import { completionSchema } from '../domain/completion.ts';
import { listeningSchema, statusSchema, stoppedSchema } from '../domain/daemon.ts';
import { errorDocumentSchema } from '../domain/errors.ts';
import { exportSchema } from '../domain/export.ts';
import { hardwareFileSchema } from '../domain/hardware.ts';
import { liveReportSchema } from '../domain/live-report.ts';
import { loadResultSchema } from '../domain/load.ts';
import { architectureListSchema, createdModelSchema, examinedModelSchema } from '../domain/model-summary.ts';
import { planSchema } from '../domain/plan.ts';
import { planCostSchema } from '../domain/plan-cost.ts';
import { printedProfileSchema, printedProfilesSchema } from '../domain/profile-comparison.ts';
import { scalingExperimentSchema } from '../domain/scaling-experiment.ts';
import { simulationComparisonSchema, simulationSchema } from '../domain/simulation.ts';
import { writtenReportSchema } from '../domain/written-report.ts';
import { schemaListSchema } from './schema-list.ts';

export interface DocumentKind {
  readonly schema: z.ZodType;
  /** In a few words, for a list. */
  readonly about: string;
  /** Commands whose `--json` may be of this kind, as oclif names them; every command's may be an error. */
  readonly printedBy: readonly string[];
}

export const DOCUMENTS: Readonly<Record<string, DocumentKind>> = {
  profile: { schema: printedProfileSchema, about: 'a profile, *.profile.json', printedBy: ['profile'] },
  profiles: {
    schema: printedProfilesSchema,
    about: 'what harp profile prints for several models',
    printedBy: ['profile'],
  },
  application: { schema: applicationSchema, about: 'an application, *.app.yaml', printedBy: [] },
  hardware: { schema: hardwareFileSchema, about: 'prices, hardware.yaml', printedBy: [] },
  plan: { schema: planSchema, about: 'a plan, *.plan.json, or why there is none', printedBy: ['plan'] },
  cost: { schema: planCostSchema, about: 'what a plan costs', printedBy: ['cost'] },
  'application-comparison': {
    schema: applicationComparisonSchema,
    about: 'planners on one application',
    printedBy: ['compare'],
  },
  'cost-over-slo': {
    schema: costOverSloSchema,
    about: 'what planners cost over SLOs',
    printedBy: ['compare'],
  },
  'benchmark-comparison': {
    schema: benchmarkComparisonSchema,
    about: 'planners over the benchmark',
    printedBy: ['compare'],
  },
  simulation: { schema: simulationSchema, about: 'a simulated run of a plan', printedBy: ['simulate'] },
  'simulation-comparison': {
    schema: simulationComparisonSchema,
    about: 'simulated runs under several dispatch rules',
    printedBy: ['simulate'],
  },
  'scaling-experiment': {
    schema: scalingExperimentSchema,
    about: 'policies of vertical scaling side by side',
    printedBy: ['simulate'],
  },
  load: { schema: loadResultSchema, about: 'what a load showed', printedBy: ['load'] },
  model: { schema: examinedModelSchema, about: 'what an ONNX file says', printedBy: ['model:inspect'] },
  'created-model': { schema: createdModelSchema, about: 'a model made', printedBy: ['model:create'] },
  architectures: {
    schema: architectureListSchema,
    about: 'models that can be made',
    printedBy: ['model:create'],
  },
  listening: { schema: listeningSchema, about: 'where a daemon listens', printedBy: ['serve'] },
  status: { schema: statusSchema, about: 'daemons that run', printedBy: ['status'] },
  live: { schema: liveReportSchema, about: 'what a daemon answers at GET /live', printedBy: [] },
  stopped: { schema: stoppedSchema, about: 'daemons that were stopped', printedBy: ['stop'] },
  export: { schema: exportSchema, about: "a plan in another engine's words", printedBy: ['export'] },
  report: { schema: writtenReportSchema, about: 'a page that was written', printedBy: ['report'] },
  completion: {
    schema: completionSchema,
    about: 'a script for a shell',
    printedBy: ['completion'],
  },
  schemas: { schema: schemaListSchema, about: 'the names of all of these', printedBy: ['schema'] },
  error: { schema: errorDocumentSchema, about: 'what went wrong, from any command', printedBy: [] },
};
