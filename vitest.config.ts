import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './test/summary-reporter.ts';

/** Workspace packages resolve to their sources, so tests need no build (except those that start the built command). */
const conditions = ['@keyreach/source', 'module', 'node', 'development|production'];
export const resolution = { resolve: { conditions }, ssr: { resolve: { conditions } } };

/** Generous, since the machine may be busy: no test tells a speed. */
const common = { testTimeout: 60_000, setupFiles: [fileURLToPath(new URL('test/fixed-seed.ts', import.meta.url))] };

const packageProject = (name: string) => ({
  ...resolution,
  test: { name, include: [`packages/${name}/src/**/*.test.ts`, `packages/${name}/src/**/*.test-prop.ts`], ...common },
});

export default defineConfig({
  test: {
    reporters: [new SummaryReporter()],
    // One for each core: the default leaves one idle, which is half of a machine of two.
    maxWorkers: '100%',
    coverage: { provider: 'v8', include: ['packages/*/src/**/*.ts'], exclude: ['**/*.test*.ts', '**/testing/**'] },
    projects: [
      packageProject('core'),
      packageProject('aws'),
      packageProject('gcp'),
      packageProject('azure'),
      packageProject('report'),
      packageProject('cli'),
      {
        ...resolution,
        test: {
          name: 'test',
          include: ['test/**/*.test.ts', 'test/**/*.test-prop.ts'],
          exclude: ['test/browser/**', 'test/e2e/**', '**/node_modules/**', '**/dist/**'],
          ...common,
        },
      },
    ],
  },
});
