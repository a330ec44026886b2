import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './test/summary-reporter.ts';
import { resolution } from './vitest.config.ts';

/** The browser suite stands apart from `npm test`: it needs an installed chromium and the built command. */
export default defineConfig({
  ...resolution,
  test: {
    name: 'browser',
    include: ['test/browser/**/*.test.ts'],
    reporters: [new SummaryReporter()],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
