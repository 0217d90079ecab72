/** The live page as people see it: a real daemon, real requests, a real browser without a screen. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { planOf } from '../plan-of.ts';
import { contrastOf, launchBrowser } from './browser.ts';
import { finished, type RunningServer, serve, spawnHarp } from './harp.ts';

const TOKEN = 'a-token-of-enough-letters';
/** The page asks once a second, and tells whole seconds. */
const SOON = { timeout: 10_000 };

let folder: string;
let browser: Browser;
let page: Page;
/** What the browser complained about. */
let complaints: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'harp-live-'));
  const modules = [
    { name: 'detect', machines: 2 },
    { name: 'plate', after: ['detect'], sources: { x: 'detect.y' } },
  ];
  writeFileSync(join(folder, 'app.plan.json'), JSON.stringify(planOf('street', modules)));
  writeFileSync(join(folder, 'token'), TOKEN);
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  page = await browser.newPage();
  complaints = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    // That a request failed is told for each of them.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(message.text());
    }
  });
});

afterEach(async () => {
  await page.close();
  expect(complaints).toEqual([]);
});

const send = async (url: string, count: number): Promise<void> => {
  const data = [0, 0];
  const body = JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], data }] });
  const statuses = Array.from({ length: count }, async () => {
    const response = await fetch(`${url}/v2/models/street/infer`, { method: 'POST', body });
    await response.arrayBuffer();
    return response.status;
  });
  expect(await Promise.all(statuses)).toEqual(new Array(count).fill(200));
};

const tile = (name: string): Promise<string | null> =>
  page
    .locator('#now > div', { has: page.getByText(name, { exact: true }) })
    .locator('b')
    .textContent();

const sinceStart = (outcome: string): Promise<string | null> =>
  page.locator(`#outcome-${outcome} td`).nth(1).textContent();

describe('the live page', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await serve(['app.plan.json', '--emulate'], folder);
  });
  afterAll(() => server.stop());

  it('shows the plan, and what becomes of requests as they are sent', async () => {
    await page.goto(server.url);
    await expect.poll(() => page.locator('h1').textContent(), SOON).toBe('street ready');
    expect(await page.locator('#summary').textContent()).toContain('100 requests/s within 1,000 ms');
    expect(await sinceStart('served')).toBe('0');
    expect(await tile('in time')).toBe('–');
    await send(server.url, 20);
    await expect.poll(() => sinceStart('served'), SOON).toBe('20');
    await expect.poll(() => tile('in time'), SOON).toBe('100 %');
    expect(await tile('workers up')).toBe('3');
    await send(server.url, 15);
    await expect.poll(() => sinceStart('served'), SOON).toBe('35');
    await expect
      .poll(() => page.getByRole('img', { name: /^Batches of detect by size: .*of 4/ }).count(), SOON)
      .toBe(1);
    expect(await page.locator('#workers tr').count()).toBe(3);
  });

  it('says in words what each chart shows, and under one heading what each section is', async () => {
    await page.goto(server.url);
    await page.locator('#workers tr').first().waitFor();
    const charts = page.locator('#charts figure svg[role=img]');
    expect(await charts.count()).toBe(6);
    for (const label of await charts.evaluateAll((all) =>
      all.map((each) => each.getAttribute('aria-label')),
    )) {
      expect(label).toMatch(/ in the last five minutes\. .+\.$/);
    }
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    for (const name of ['Now', 'The last 5 minutes', 'Plan and reality', 'Batch sizes', 'Workers']) {
      expect(await page.getByRole('region', { name }).count(), name).toBe(1);
    }
  });

  it('looks back with the keyboard: the legends then tell of another second', async () => {
    await page.goto(server.url);
    await page.locator('#charts .pointer').waitFor({ state: 'detached' });
    await page.getByLabel('look back').press('ArrowLeft');
    await page.getByLabel('look back').press('ArrowLeft');
    expect(await page.locator('#looked').textContent()).toBe('2 s ago');
    await expect.poll(() => page.locator('#charts .pointer').count(), SOON).toBe(6);
  });

  it.each(['light', 'dark'] as const)('can be read in %s colours', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.goto(server.url);
    await page.locator('#workers tr').first().waitFor();
    const { ground, weakest } = await contrastOf(page);
    if (colorScheme === 'dark') expect(ground).toBeLessThan(0.05);
    else expect(ground).toBeGreaterThan(0.8);
    expect(weakest).toBeGreaterThan(4.5);
  });

  it.each([360, 768, 1280])('is no wider than a screen of %i pixels', async (width) => {
    await page.setViewportSize({ width, height: 740 });
    await page.goto(server.url);
    await page.locator('#workers tr').first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  });

  it('can talk to nobody but its own server', async () => {
    await page.goto(server.url);
    const blocked = await page.evaluate(`new Promise((resolve) => {
      document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective));
      fetch('http://127.0.0.1:9/').catch(() => {});
    })`);
    expect(blocked).toBe('connect-src');
    complaints = [];
  });
});

it('asks for the token where there is one, keeps it out of addresses, and shows nothing without it', async () => {
  const server = await serve(['app.plan.json', '--emulate', '--token-file', 'token'], folder);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(server.url);
  const field = page.getByLabel('This server wants its token');
  await field.waitFor();
  expect(await page.locator('main').isVisible()).toBe(false);
  await field.fill('not the token');
  await field.press('Enter');
  await expect
    .poll(() => page.getByRole('alert').textContent(), SOON)
    .toBe('The server does not take that token.');
  await field.fill(TOKEN);
  await field.press('Enter');
  await expect.poll(() => page.locator('h1').textContent(), SOON).toBe('street ready');
  expect(await field.isVisible()).toBe(false);
  await page.reload();
  await page.locator('#workers tr').first().waitFor();
  expect(new Set(asked.map((url) => new URL(url).pathname + new URL(url).search))).toEqual(
    new Set(['/', '/live']),
  );
  await server.stop();
});

it('says that the connection is lost, and goes on when the server is back', async () => {
  const server = await serve(['app.plan.json', '--emulate'], folder);
  await page.goto(server.url);
  const connection = page.locator('#connection[role=status]');
  await expect.poll(() => connection.textContent(), SOON).toBe('live');
  await server.stop();
  await expect
    .poll(() => connection.textContent(), SOON)
    .toMatch(/^connection lost since [\d:]+; trying again$/);
  const again = spawnHarp(
    ['serve', 'app.plan.json', '--emulate', '--http', new URL(server.url).host],
    folder,
  );
  await expect.poll(() => connection.textContent(), { timeout: 20_000 }).toBe('live');
  again.kill('SIGTERM');
  expect((await finished(again)).exitCode).toBe(0);
});
