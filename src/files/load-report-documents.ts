/** Loads whatever of harp's documents a file holds: one, or a list of them as `--json` prints for several models. */
import { check } from '../domain/check.ts';
import { HarpError } from '../domain/errors.ts';
import {
  REPORTABLE,
  type Reportable,
  type ReportableKind,
  type ReportDocument,
} from '../domain/report-document.ts';
import { checkedPlan } from './load-plan.ts';
import { readDocument } from './read-document.ts';

/**
 * @param file "-" reads stdin
 * @returns at least one
 * @throws HarpError `bad-input` naming file, field, expected, got
 */
export function loadReportDocuments(file: string): ReportDocument[] {
  const source = file === '-' ? 'stdin' : file;
  const content = readDocument(file);
  const documents = Array.isArray(content) && content.length > 0 ? content : [content];
  return documents.map((document, index) => ({
    file: source,
    document: recognised(document, documents.length > 1 ? `${source}: [${index}]` : source),
  }));
}

function recognised(document: unknown, source: string): Reportable {
  const kind = kindOf(document);
  if (kind === 'plan') return checkedPlan(document, source);
  if (isReportable(kind)) return { ...check(REPORTABLE[kind], document, source), kind } as Reportable;
  throw new HarpError('bad-input', 'nothing that a report could show', {
    where: source,
    expected: `a document of harp with "kind": ${Object.keys(REPORTABLE).join(', ')}`,
    got: kind === undefined ? 'no "kind"' : `"kind": ${JSON.stringify(kind)}`,
    hint: hintFor(document, kind),
  });
}

const isReportable = (kind: unknown): kind is ReportableKind =>
  typeof kind === 'string' && Object.hasOwn(REPORTABLE, kind);

function kindOf(document: unknown): unknown {
  if (typeof document !== 'object' || document === null) return undefined;
  if ('kind' in document) return document.kind;
  return 'model_stats' in document ? 'statistics' : undefined;
}

/** What people have at hand that a report cannot show. */
function hintFor(document: unknown, kind: unknown): string {
  if (kind === 'cost') return 'A plan is drawn with what it costs: harp report PLAN.';
  if (typeof document === 'object' && document !== null) {
    if ('error' in document) return 'This is the error of a command that failed: run it again.';
    if ('modules' in document)
      return 'An application is planned first: harp plan APP --out FILE, harp report FILE.';
  }
  return 'Files of harp profile, plan --out, simulate --out, and what compare, load and GET /live print with --json, are fine.';
}
