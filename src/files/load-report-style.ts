/** The style sheet of reports, which belongs to the package, and its hash as content security policies name it. */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { readText } from './read-document.ts';

const STYLE = fileURLToPath(new URL('../../report-page/page.css', import.meta.url));

export function loadReportStyle(): { readonly css: string; readonly hash: string } {
  const css = readText(STYLE);
  return { css, hash: `sha256-${createHash('sha256').update(css).digest('base64')}` };
}
