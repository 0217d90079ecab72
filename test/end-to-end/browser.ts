/** A real browser without a screen. */
import { existsSync, readFileSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export function launchBrowser(): Promise<Browser> {
  const found = [process.env.CHROMIUM, ...PLACES].find((file) => file !== undefined && existsSync(file));
  if (found !== undefined) return chromium.launch({ executablePath: found, args: ['--no-sandbox'] });
  throw new Error(
    `there is no Chromium at ${PLACES.join(', ')}: apt-get install -y --no-install-recommends chromium, or name one in CHROMIUM`,
  );
}

/** Relative luminance of the ground, and the smallest contrast of a text to what is behind it. */
export interface Contrast {
  readonly ground: number;
  readonly weakest: number;
}

const MEASURE_CONTRAST = readFileSync(new URL('measure-contrast.js', import.meta.url), 'utf8');

export const contrastOf = (page: Page): Promise<Contrast> => page.evaluate<Contrast>(MEASURE_CONTRAST);
