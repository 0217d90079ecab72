import { describe, expect, test } from 'vitest';
import type { HardwareTable } from '../../../src/domain/hardware.ts';
import { REPORTABLE, type ReportDocument } from '../../../src/domain/report-document.ts';
import { makeReport } from '../../../src/report/html/make-report.ts';
import {
  comparison,
  everything,
  handWrittenProfile,
  live,
  load,
  measuredProfile,
  plan,
  simulation,
  unanswered,
} from './documents.ts';

const STYLE = { css: 'p { margin: 0 }', hash: 'sha256-x' };
const PRICES: HardwareTable = { local: { pricePerHour: 0.1, cores: 2, source: 'by hand' } };

const report = (documents: readonly ReportDocument[]) => makeReport(documents, () => PRICES, STYLE);
const page = (...documents: ReportDocument['document'][]): string =>
  report(documents.map((document, index) => ({ file: `${index}.json`, document }))).html;

/** The tags in order, without what they hold. */
const skeleton = (html: string): string[] => html.match(/<\/?[a-z!][a-z0-9]*/gi)!;

/** Every string in it that is not one of the schema's own words, replaced. */
function renamed<Value>(value: Value, name: string): Value {
  if (Array.isArray(value)) return value.map((each) => renamed(each, name)) as Value;
  if (typeof value !== 'object' || value === null) return (typeof value === 'string' ? name : value) as Value;
  const OWN = ['kind', 'measuredAt'];
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, OWN.includes(key) ? each : renamed(each, name)]),
  ) as Value;
}

test('documents of this test are what harp writes', () => {
  for (const { document } of everything) REPORTABLE[document.kind].parse(document);
});

describe('a report', () => {
  test('of a profile and a plan, to the letter', async () => {
    await expect(page(handWrittenProfile, plan)).toMatchFileSnapshot('small-report.golden');
  });

  test('is the same bytes for the same documents', () => {
    expect(report(everything).html).toBe(report(structuredClone(everything)).html);
  });

  test('shows every kind of document, those that say the least too, and nothing that is no number', () => {
    const { html, sections } = report(everything);
    expect(html).not.toMatch(/NaN|undefined|Infinity|\bnull\b|\[object/);
    expect(sections.map(({ kind }) => kind)).toEqual([
      'side by side',
      'cost over SLO',
      ...[
        'profile',
        'profile',
        'profile',
        'plan',
        'plan',
        'simulation',
        'simulation',
        'dispatch rules',
        'load',
      ],
      ...['load', 'daemon', 'statistics of a server', 'planners', 'planners', 'cost over SLO'],
      ...['benchmark of planners', 'scaling experiment'],
    ]);
    expect(sections.map(({ id }) => html.split(`id="${id}"`).length - 1)).toEqual(sections.map(() => 1));
  });

  test('has a table beside every chart, and says every chart in words', () => {
    const { html, sections } = report(everything);
    const charts = sections.reduce((sum, each) => sum + each.charts, 0);
    const pictures = html.match(/class="pipeline"/g)!.length;
    expect(html.match(/<svg viewBox="0 0 440 236" role="img" aria-label="[^"]{20,}/g)).toHaveLength(
      charts - pictures,
    );
    expect(html.match(/<details>/g)).toHaveLength(charts - pictures);
  });

  test('lets names be anything: they are text', () => {
    const tame = renamed(everything, 'x');
    for (const name of [
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      '</style><script>',
      "' onload='",
    ]) {
      const { html } = report(renamed(tame, name));
      expect(html).not.toMatch(/<script|<img|onload='|onerror=alert\(1\)>/);
      expect(skeleton(html)).toEqual(skeleton(report(tame).html));
    }
  });

  test('allows itself its own style and nothing else', () => {
    const { html } = report(everything);
    expect(html).toContain(
      `content="default-src 'none'; style-src 'sha256-x'; img-src data:; base-uri 'none'; form-action 'none'"`.replaceAll(
        "'",
        '&#39;',
      ),
    );
    expect(html).not.toMatch(/https?:\/\/(?!127\.0\.0\.1:8000)|<script|<link|url\(| style="/);
  });
});

describe('side by side', () => {
  const rowOf = (html: string, name: string): string[] =>
    [...new RegExp(`<th scope="row"[^>]*>${name}</th>(.*?)</tr>`).exec(html)![1]!.matchAll(/>([^<]+)</g)].map(
      ([, text]) => text!,
    );

  test('stand what was planned, simulated, measured and told by the daemon', () => {
    const html = page(plan, simulation, load, live);
    expect(rowOf(html, 'in time')).toEqual(['100.0 %', '90.0 %', '90.9 %', '97.5 %']);
    expect(rowOf(html, 'latency, p99')).toEqual(['–', '140 ms', '150 ms', '80.0 ms']);
    expect(rowOf(html, 'latency, worst')).toEqual(['100 ms', '620 ms', '630 ms', '90.0 ms']);
    expect(rowOf(html, 'mean batch')).toEqual(['4.00', '3.20', '3.00', '3.86']);
  });

  test('two of a kind are told apart by their files, those of another application stand apart', () => {
    const { html, sections } = report([
      { file: 'a.json', document: load },
      { file: 'b.json', document: load },
      { file: 'c.json', document: { ...simulation, application: 'other' } },
    ]);
    expect(sections[0]).toMatchObject({ kind: 'side by side', files: ['a.json', 'b.json'] });
    expect(html).toContain('measured, poisson (a.json)');
  });

  test('need two documents', () => {
    expect(report([{ file: 'a.json', document: load }]).sections.map(({ kind }) => kind)).toEqual(['load']);
  });
});

test('comparisons at several SLOs make a sweep, those of other rates do not', () => {
  const kinds = (...documents: ReportDocument['document'][]) =>
    report(documents.map((document) => ({ file: 'x', document }))).sections.map(({ kind }) => kind);
  expect(kinds(comparison, { ...comparison, sloMs: 250 })).toEqual(['cost over SLO', 'planners', 'planners']);
  expect(kinds(comparison, { ...comparison, sloMs: 250, rateRps: 3 })).toEqual(['planners', 'planners']);
});

test('a load tells whether it passed, which rates were tried, and what the server said', () => {
  const told = page(load);
  expect(told).toContain('Failed: 18 not answered in time, at most 1% allowed.');
  expect(told).toContain('100 requests/s kept 90 % in time');
  expect(told).toMatch(/failed: 500<.*out of memory/);
  const plain = page(unanswered);
  expect(plain).not.toMatch(/allowed|Rates tried|what the server said|Modules, as/);
  const modules = [{ name: 'detect', tasks: 4321, meanBatch: 3.5, meanComputeMs: 450 }];
  expect(page({ ...load, modules })).toMatch(/Modules, as the server told.*detect.*4,321.*3\.50.*450 ms/s);
});

test('costs are shown where prices are known, and left out where they are not', () => {
  expect(page(measuredProfile)).toContain('Cost frontier');
  expect(page(handWrittenProfile)).not.toContain('Cost frontier');
});

test('a fit that does not describe its points is not drawn as if it did', () => {
  const says = 'the fit does not describe this model: it is off by 475.0 % on average';
  expect(page(measuredProfile)).not.toContain(says);
  const misfit = page({ ...measuredProfile, fit: { ...measuredProfile.fit!, mapePercent: 475 } });
  expect(misfit).toContain(says);
  expect(misfit).toContain('Lines are the fit, which does not describe this model');
});
