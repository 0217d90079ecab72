/** Wires `harp export`: the plan, its models, the other engine's files. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { HarpError } from '../domain/errors.ts';
import type { ExportedFile, ExportedPlan, ExportTarget } from '../domain/export.ts';
import type { FeasiblePlan } from '../domain/plan.ts';
import { comment } from '../export/pbtxt.ts';
import { type KubernetesOptions, toKubernetes } from '../export/to-kubernetes.ts';
import { toTriton } from '../export/to-triton.ts';
import { loadPlan } from '../files/load-plan.ts';
import { assertWritable, isInTheWay, writeFileAtomic } from '../files/write-file.ts';
import { applicationFlow } from '../serving/data-flow.ts';
import { describeModule } from '../serving/served-module.ts';

export interface ExportRequest extends KubernetesOptions {
  /** "-" reads stdin. */
  readonly planFile: string;
  readonly to: ExportTarget;
  /** A folder for Triton, a file for Kubernetes. */
  readonly out: string | undefined;
  /** Replace files that hold something else. */
  readonly force: boolean;
}

/** @throws HarpError `bad-input`, `infeasible`; `usage` where files of models have nowhere to go */
export function runExport(request: ExportRequest): ExportedPlan {
  const { planFile, to, out, force } = request;
  const plan = loadPlan(planFile);
  const exported = to === 'triton' ? tritonOf(plan, planFile) : kubernetesOf(plan, request);
  if (out !== undefined) writeAll(exported.files, (path) => (to === 'triton' ? join(out, path) : out), force);
  return exported;
}

function tritonOf(plan: FeasiblePlan, planFile: string): ExportedPlan {
  const served = plan.modules.map(describeModule);
  const modules = served.map(({ name, inputs }, index) => ({
    name,
    inputs,
    perRequest: plan.modules[index]!.perRequest,
  }));
  const folder = planFile === '-' ? '.' : dirname(planFile);
  const modelFiles = plan.modules.map(({ model }) => {
    const file = model?.file === undefined ? undefined : resolve(folder, model.file);
    return file !== undefined && existsSync(file) ? file : undefined;
  });
  return toTriton(plan, modules, applicationFlow(served), modelFiles);
}

function kubernetesOf(plan: FeasiblePlan, options: KubernetesOptions): ExportedPlan {
  // What harp serve would refuse in the pod is refused here.
  applicationFlow(plan.modules.map(describeModule));
  const { manifests, warnings } = toKubernetes(plan, options);
  const comments = warnings.map((warning) => `${comment(warning)}\n`).join('');
  const content = `${comments}${manifests.map((manifest) => stringify(manifest, YAML)).join('---\n')}`;
  const files = [{ path: `${plan.application}.yaml`, content }];
  const { application } = plan;
  return { schemaVersion: 1, kind: 'export', to: 'kubernetes', application, files, warnings };
}

/** As people write it, and kubectl edit shows it. */
const YAML = { aliasDuplicateObjects: false, blockQuote: 'literal', lineWidth: 0 } as const;

/** Nothing is written where one of them is in the way. */
function writeAll(files: readonly ExportedFile[], targetOf: (path: string) => string, force: boolean): void {
  const targets = files.map(({ path, content, copyOf }) => ({
    target: targetOf(path),
    bytes: content === undefined ? readFileSync(copyOf!) : Buffer.from(content),
  }));
  for (const { target, bytes } of targets) {
    if (force || !isInTheWay(target) || readFileSync(target).equals(bytes)) continue;
    throw new HarpError('bad-input', 'this file is there already, and holds something else', {
      where: target,
      hint: 'Choose another place with --out, or add --force to replace it.',
    });
  }
  for (const { target, bytes } of targets) {
    assertWritable(target);
    writeFileAtomic(target, bytes);
  }
}
