import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [process.env.HARP_TEST_FULL ? 'test/**/*.full.ts' : 'test/**/*.test.ts'],
    // Every core, and one process a core for all files: a process a file costs a third of the time that the tests take.
    maxWorkers: '100%',
    isolate: false,
    unstubEnvs: true,
    unstubGlobals: true,
    restoreMocks: true,
    // oclif writes through console; intercepting it hides what a command printed.
    disableConsoleIntercept: true,
    globalSetup: ['test/shared-folder.ts'],
    alias: [
      {
        find: /^(\.\.\/)+machine\/node-entry\.ts$/,
        replacement: fileURLToPath(new URL('test/node-entry.ts', import.meta.url)),
      },
    ],
    setupFiles: ['test/fixed-seed.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
