/** Wires `harp report`: documents and prices in, one page out. */
import { HarpError } from '../domain/errors.ts';
import type { WrittenReport } from '../domain/written-report.ts';
import { withLocalCores } from '../files/hardware-in-use.ts';
import { loadHardware } from '../files/load-hardware.ts';
import { loadReportDocuments } from '../files/load-report-documents.ts';
import { loadReportStyle } from '../files/load-report-style.ts';
import { assertWritable, writeFileAtomic } from '../files/write-file.ts';
import { makeReport } from '../report/html/make-report.ts';

export interface ReportRequest {
  /** "-" reads stdin. */
  readonly files: readonly string[];
  readonly pricesFile: string | undefined;
  /** "-" is stdout. */
  readonly out: string;
}

/**
 * @returns what was written, and the page itself where it is to go to stdout
 * @throws HarpError `bad-input` naming the file, `usage`
 */
export function runReport({ files, pricesFile, out }: ReportRequest): {
  report: WrittenReport;
  html: string;
} {
  if (files.filter((file) => file === '-').length > 1) {
    throw new HarpError('usage', 'stdin can be read once', { where: 'FILE', got: '"-" twice' });
  }
  if (out !== '-') assertWritable(out);
  const prices = loadHardware(pricesFile);
  const documents = files.flatMap(loadReportDocuments);
  const { html, sections } = makeReport(
    documents,
    (profile) => withLocalCores(prices, [profile]),
    loadReportStyle(),
  );
  if (out !== '-') writeFileAtomic(out, html);
  return {
    report: {
      schemaVersion: 1,
      kind: 'report',
      out,
      bytes: Buffer.byteLength(html),
      sections: [...sections],
    },
    html,
  };
}
