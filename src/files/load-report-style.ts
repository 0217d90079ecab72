/** The style of reports, from sheets that belong to the package, and its hash as content security policies name it. */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { readText } from './read-document.ts';

const SHEETS = ['page-base.css', 'report-page/page.css'].map((path) =>
  fileURLToPath(new URL(`../../${path}`, import.meta.url)),
);

export function loadReportStyle(): { readonly css: string; readonly hash: string } {
  const css = SHEETS.map((sheet) => readText(sheet)).join('\n');
  return { css, hash: `sha256-${createHash('sha256').update(css).digest('base64')}` };
}
