import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import Report from '../../src/commands/report.ts';
import { handWrittenProfile, measuredProfile, noPlan, plan, statistics } from '../report/html/documents.ts';
import { runCommand } from './run-command.ts';

let folder: string;
const path = (name: string): string => join(folder, name);
const put = (name: string, content: unknown): string => {
  writeFileSync(path(name), typeof content === 'string' ? content : JSON.stringify(content));
  return path(name);
};
const report = (...argv: string[]) => runCommand(Report, argv);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-report-'));
  put('a.profile.json', measuredProfile);
  put('a.plan.json', plan);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('harp report', () => {
  test('writes one page, and says what is on it', async () => {
    const out = path('out.html');
    const { stdout, stderr, exitCode } = await report(
      path('a.profile.json'),
      path('a.plan.json'),
      '-o',
      out,
      '--no-color',
    );
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toMatch(/^resnet +profile +5 +.*a\.profile\.json$/m);
    expect(stdout).toMatch(/^street +plan +2 +.*a\.plan\.json$/m);
    expect(readFileSync(out, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
  });

  test('--json tells the same as one document', async () => {
    const out = path('json.html');
    const { stdout, exitCode } = await report(path('a.profile.json'), '--out', out, '--json');
    expect({ exitCode, document: JSON.parse(stdout) }).toMatchInlineSnapshot(
      {
        document: {
          bytes: expect.any(Number),
          out: expect.any(String),
          sections: [{ files: expect.any(Array) }],
        },
      },
      `
      {
        "document": {
          "bytes": Any<Number>,
          "kind": "report",
          "out": Any<String>,
          "schemaVersion": 1,
          "sections": [
            {
              "charts": 5,
              "files": Any<Array>,
              "id": "s1",
              "kind": "profile",
              "title": "resnet",
            },
          ],
        },
        "exitCode": 0,
      }
    `,
    );
    expect(Buffer.byteLength(readFileSync(out))).toBe(JSON.parse(stdout).bytes);
  });

  test('--out - prints the page and nothing else; the policy lets in the style that is there', async () => {
    const { stdout } = await report(path('a.plan.json'), '--out', '-');
    const [, css] = /<style>([\s\S]*)<\/style>/.exec(stdout)!;
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(css));
    expect(stdout).toContain(`sha256-${Buffer.from(digest).toString('base64')}`);
  });

  test('takes a list of documents, plans that there are not, and statistics of other servers', async () => {
    const { kind: _none, ...told } = statistics;
    const files = [
      put('list.json', [measuredProfile, handWrittenProfile]),
      put('none.json', noPlan),
      put('stats.json', told),
    ];
    const { stdout } = await report(...files, '--out', path('list.html'), '--json');
    expect(JSON.parse(stdout).sections.map(({ kind }: { kind: string }) => kind)).toEqual([
      'profile',
      'profile',
      'plan',
      'statistics of a server',
    ]);
    expect(readFileSync(path('list.html'), 'utf8')).toContain('No plan: detect needs more than 5 ms');
  });

  test('--prices puts other costs on the page', async () => {
    const prices = put('prices.yaml', 'hardware: { local: { pricePerHour: 7.25, source: a quote } }');
    const { stdout } = await report(path('a.profile.json'), '--prices', prices, '--out', '-');
    expect(stdout).toContain('$7.25 an hour for 2 cores, undated, a quote');
  });

  test.each([
    [
      'another kind',
      { kind: 'recipe' },
      /expected a document of harp with "kind": profile, plan, .*got "kind": "recipe"/,
    ],
    [
      'a cost',
      { schemaVersion: 1, kind: 'cost', modules: [] },
      /got "kind": "cost"\)\n {2}→ A plan is drawn with what it costs/,
    ],
    ['no kind', { servings: 4 }, /got no "kind"/],
    ['an application', { name: 'a', modules: {} }, /harp plan APP --out FILE/],
    ['an error', { error: { code: 'bug' } }, /the error of a command that failed/],
    ['no document', 'gibberish: [', /not a YAML document/],
    ['an empty list', [], /nothing that a report could show/],
    [
      'a broken field',
      { ...plan, sloMs: -1 },
      /bad\.json: sloMs: invalid value \(expected a number > 0, got -1\)/,
    ],
  ])('%s is bad input, and no page is written', async (_, content, message) => {
    const out = path('never.html');
    const { stdout, stderr, exitCode } = await report(put('bad.json', content), '--out', out);
    expect({ stdout, exitCode, written: existsSync(out) }).toEqual({
      stdout: '',
      exitCode: 2,
      written: false,
    });
    expect(stderr).toMatch(message);
    expect(stderr).toContain('bad.json');
  });

  test.each([
    ['stdin twice', ['-', '-'], /stdin can be read once/],
    ['page and document on stdout', ['x', '--out', '-', '--json'], /both want stdout/],
    ['no file', [], /Missing 1 required arg/],
    ['a folder as page', ['x', '--out', '/'], /cannot write this file/],
  ])('%s is refused', async (_, argv, message) => {
    const { stdout, stderr, exitCode } = await report(...argv);
    expect(exitCode).toBe(2);
    expect(stdout + stderr).toMatch(message);
  });
});
