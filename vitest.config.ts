import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [process.env.HARP_TEST_FULL ? 'test/**/*.full.ts' : 'test/**/*.test.ts'],
    // oclif writes through console; intercepting it hides what a command printed.
    disableConsoleIntercept: true,
    setupFiles: ['test/fixed-seed.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
