import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const FULL = Boolean(process.env.HARP_TEST_FULL);

export default defineConfig({
  test: {
    include: [FULL ? 'test/**/*.full.ts' : 'test/**/*.test.ts'],
    // One process a core for all files: with one a file, a quarter of the time went into starting them.
    maxWorkers: '100%',
    isolate: FULL,
    // What a test put in place of something else must not meet the next one.
    unstubEnvs: true,
    unstubGlobals: true,
    restoreMocks: true,
    // oclif writes through console; intercepting it hides what a command printed.
    disableConsoleIntercept: true,
    globalSetup: ['test/shared-folder.ts'],
    setupFiles: ['test/fixed-seed.ts'],
    alias: [
      { find: /^(\.\.\/)+machine\/node-entry\.ts$/, replacement: fromHere('test/node-entry.ts') },
      { find: /^\.\/work-apart\.ts$/, replacement: fromHere('test/work-here.ts') },
      { find: /^systeminformation$/, replacement: fromHere('test/asked-once.ts') },
    ],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
