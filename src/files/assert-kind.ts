/** Tells a file of another of harp's kinds from a broken one. */
import { HarpError } from '../domain/errors.ts';

/** What makes a file of this kind. */
const MADE_BY = { profile: 'harp profile MODEL.onnx', plan: 'harp plan APP --out FILE' } as const;

/** @throws HarpError `bad-input` where the document says that it is something else */
export function assertKind(document: unknown, expected: keyof typeof MADE_BY, source: string): void {
  const kind = (document as { kind?: unknown } | null | undefined)?.kind;
  if (kind === expected) return;
  throw new HarpError('bad-input', `this is not a ${expected}`, {
    where: source,
    expected: `"kind": "${expected}"`,
    got: kind === undefined ? 'no "kind"' : `"kind": ${JSON.stringify(kind)}`,
    hint: `${MADE_BY[expected]} makes one.`,
  });
}
