import { defineConfig } from 'vitest/config';

const conditions = ['@spanwise/source', 'node'];

/**
 * What takes long and rarely breaks alone: `.ci/run` and `npm run check` have it, so that `npm test` takes five minutes at most. By hand: `npm run test:all`, with a file's name behind it for one.
 */
const longSuites = [
  'e2e/src/{kill,leak,main-job-ending}.test.ts',
  'e2e/src/{first-span,large-trace,map-page,page-answers,services-page,traces-search}.test.ts',
  'e2e/src/{trace-file,trace-findings,trace-tabs,trace-zoom}.test.ts',
  'packages/collector/src/storage/embedded/{crash,embedded-failures,model,oversized-generation,roll-ups}.test.ts',
  'packages/instrumentation/src/conformance/*.mutants.test.ts',
  'packages/opentracing/test/types.test.ts',
];

const isWhole = process.env['CI'] !== undefined || process.env['ALL_TESTS'] !== undefined;

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/*/test/**/*.test.ts',
      'examples/*/src/**/*.test.ts',
      'e2e/src/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', ...(isWhole ? [] : longSuites)],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    coverage: { provider: 'v8', include: ['packages/*/src/**/*.ts'], exclude: ['**/*.test.ts'] },
  },
});
