/** What `harp export` prints: the files written, or what would stand in them. */
import type { ExportedPlan } from '../domain/export.ts';

/** @param out where they were written; undefined where they were not */
export function renderExport({ to, files }: ExportedPlan, out: string | undefined): string {
  if (out !== undefined)
    return to === 'kubernetes' ? `wrote ${out}` : files.map(({ path }) => `wrote ${out}/${path}`).join('\n');
  if (to === 'kubernetes') return files[0]!.content!.trimEnd();
  return files
    .map(
      ({ path, content, copyOf }) =>
        `# ${path}${copyOf === undefined ? '' : ` is a copy of ${copyOf}`}\n${content ?? ''}`,
    )
    .join('\n');
}
