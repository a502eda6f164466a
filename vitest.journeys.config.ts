import { defineConfig } from 'vitest/config';

/** A person's work from start to end, in a real browser: one at a time, each with a host of its own. */
export default defineConfig({
  test: {
    include: ['tests/journeys/**/*.journey.ts'],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    fileParallelism: false,
  },
});
