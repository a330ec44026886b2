import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './test/summary-reporter.ts';

/**
 * Workspace packages resolve to their sources, and the SDK clients to what Node itself loads: what they have under the
 * condition `module` is for bundlers.
 */
const conditions = ['@keyreach/source', 'node', 'development|production'];

// Read by the SDK clients of the seed, in this process and in those of the tests.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

/**
 * The end-to-end suite stands apart from `npm test`: it needs the built command and, for AWS, the Python environment that
 * `pnpm setup:e2e` makes. `--project e2e-gcp` and `--project e2e-azure` run without it.
 */
export default defineConfig({
  test: {
    reporters: [new SummaryReporter()],
    // The work is done by other processes; tests mostly wait for them.
    maxWorkers: 3,
    projects: [
      {
        resolve: { conditions },
        ssr: { resolve: { conditions } },
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: ['test/e2e/gcp/**', 'test/e2e/azure/**'],
          globalSetup: [fileURLToPath(new URL('test/e2e/global-setup.ts', import.meta.url))],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        resolve: { conditions },
        ssr: { resolve: { conditions } },
        test: {
          name: 'e2e-gcp',
          include: ['test/e2e/gcp/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        resolve: { conditions },
        ssr: { resolve: { conditions } },
        test: {
          name: 'e2e-azure',
          include: ['test/e2e/azure/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
