/** A report as people make and read it: real files of real processes, opened in a real browser without a network. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { contrastOf, launchBrowser } from './browser.ts';
import { type Finished, harp, serve } from './harp.ts';

const PROFILES = fileURLToPath(new URL('../../profiles/', import.meta.url));
const HOSTILE = `<script>window.ran=1</script><img src=x onerror="window.ran=2">`;

let folder: string;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** What the browser complained about, and what it asked for. */
let complaints: string[];
let asked: string[];

async function made(...args: string[]): Promise<Finished> {
  const run = await harp(args, folder);
  expect(run, run.stderr).toMatchObject({ exitCode: 0 });
  return run;
}
const keep = async (file: string, ...args: string[]): Promise<void> =>
  writeFileSync(join(folder, file), (await made(...args, '--json')).stdout);
const urlOf = (file: string): string => pathToFileURL(join(folder, file)).href;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'harp-report-'));
  copyFileSync(join(PROFILES, 'resnet18.profile.json'), join(folder, 'resnet18.profile.json'));
  await made(
    'plan',
    'resnet18.profile.json',
    '--rate',
    '20',
    '--slo',
    '200',
    '--explain',
    '--out',
    'a.plan.json',
  );
  await made('plan', join(PROFILES, 'traffic.app.yaml'), '--out', 'traffic.plan.json');
  await made('simulate', 'a.plan.json', '--duration', '20', '--out', 'a.simulation.json');
  await made(
    'simulate',
    'traffic.plan.json',
    '--dispatch',
    'planned,eager',
    '--duration',
    '5',
    '--out',
    'rules.json',
  );
  await made(
    ...['simulate', join(PROFILES, 'yolov5s-sponge.profile.json'), '--scaling', 'sponge,static:16'],
    ...['--duration', '30', '--out', 'scaling.json'],
  );
  await keep(
    'sweep.json',
    'compare',
    join(PROFILES, 'traffic.app.yaml'),
    '--slo-sweep',
    '150..800',
    '--steps',
    '6',
  );
  const server = await serve(['a.plan.json', '--emulate', '--share-cores'], folder);
  await keep('load.json', 'load', server.url, '--plan', 'a.plan.json', '--duration', '5');
  for (const [file, path] of [
    ['live.json', '/live'],
    ['statistics.json', '/v2/models/stats'],
  ]) {
    writeFileSync(join(folder, file!), await (await fetch(`${server.url}${path}`)).text());
  }
  await server.stop();
  await made(
    'report',
    ...['resnet18.profile.json', 'a.plan.json', 'traffic.plan.json', 'a.simulation.json', 'rules.json'],
    ...['scaling.json', 'sweep.json', 'load.json', 'live.json', 'statistics.json'],
  );
  const hostile = JSON.stringify({
    schemaVersion: 1,
    kind: 'profile',
    model: { name: HOSTILE },
    points: [1, 2].map((batchSize) => ({
      hardware: HOSTILE,
      cores: 1,
      batchSize,
      durationMs: batchSize * 9,
    })),
  });
  writeFileSync(join(folder, 'hostile.json'), hostile);
  await made('report', 'hostile.json', '--out', 'hostile.html');
  browser = await launchBrowser();
}, 240_000);

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  context = await browser.newContext({ offline: true });
  page = await context.newPage();
  complaints = [];
  asked = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => complaints.push(message.text()));
});

afterEach(async () => {
  await context.close();
  expect(complaints).toEqual([]);
});

describe('a report', () => {
  it('opens without a network, and asks for nothing but itself', async () => {
    await page.goto(urlOf('report.html'));
    const regions = await page.getByRole('region').count();
    expect(regions).toBe(await page.getByRole('navigation').getByRole('listitem').count());
    expect(regions).toBe(11);
    expect(asked).toEqual([urlOf('report.html')]);
  });

  it('tells the figures that stand in the files', async () => {
    await page.goto(urlOf('report.html'));
    const { latencyMs } = JSON.parse(readFileSync(join(folder, 'load.json'), 'utf8'));
    const row = page
      .getByRole('row')
      .filter({ has: page.getByRole('rowheader', { name: 'latency, median' }) });
    const measured = Number.parseFloat((await row.getByRole('cell').nth(2).textContent())!);
    expect(Math.abs(measured / latencyMs.p50 - 1)).toBeLessThan(0.01);
    expect(
      await page
        .getByRole('img', { name: /^The pipeline in time\. detect from 0 ms.*vehicle after detect/ })
        .count(),
    ).toBe(1);
  });

  it('tells a value where it is pointed at', async () => {
    await page.goto(urlOf('report.html'));
    const figure = page.locator('figure', { hasText: 'Latency over the batch size' });
    const [tip, column] = [figure.locator('.tip').first(), figure.locator('.catch').first()];
    expect(await tip.isVisible()).toBe(false);
    await column.hover({ force: true });
    expect(await tip.isVisible()).toBe(true);
    expect(await tip.textContent()).toBe('batch 1 · 1 core 15.2 ms · 2 cores 8.45 ms');
  });

  it('opens the values of a chart by keyboard', async () => {
    await page.goto(urlOf('report.html'));
    const details = page.locator('details').first();
    expect(await details.getByRole('table').isVisible()).toBe(false);
    await details.locator('summary').press('Enter');
    expect(await details.getByRole('table').isVisible()).toBe(true);
  });

  it.each(['light', 'dark'] as const)('can be read in %s colours', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.goto(urlOf('report.html'));
    const { ground, weakest } = await contrastOf(page);
    if (colorScheme === 'dark') expect(ground).toBeLessThan(0.05);
    else expect(ground).toBeGreaterThan(0.8);
    expect(weakest).toBeGreaterThan(4.5);
  });

  it.each([360, 768, 1280])('is no wider than a screen of %i pixels', async (width) => {
    await page.setViewportSize({ width, height: 740 });
    await page.goto(urlOf('report.html'));
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  });

  it('is printed in light colours, without what only a screen can open', async () => {
    await page.goto(urlOf('report.html'));
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)!.length).toBeGreaterThan(3);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const { ground, weakest } = await contrastOf(page);
    expect(ground).toBeGreaterThan(0.8);
    expect(weakest).toBeGreaterThan(4.5);
    expect(await page.locator('details').first().isVisible()).toBe(false);
  });

  it('shows names that are markup as text, and runs nothing of them', async () => {
    await page.goto(urlOf('hostile.html'));
    expect(await page.title()).toBe(`harp: ${HOSTILE}`);
    expect(await page.locator('h2').first().textContent()).toContain(HOSTILE);
    expect(await page.locator('img, script').count()).toBe(0);
    expect(await page.evaluate('window.ran')).toBeUndefined();
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  });

  it('would run nothing even if markup came through', async () => {
    const file = join(folder, 'broken.html');
    writeFileSync(
      file,
      readFileSync(join(folder, 'hostile.html'), 'utf8').replace('</h1>', `</h1>${HOSTILE}`),
    );
    await page.goto(pathToFileURL(file).href);
    expect(await page.evaluate('window.ran')).toBeUndefined();
    expect(complaints.join()).toMatch(/Content Security Policy/);
    complaints = [];
  });
});
