import { entriesOf, workspaces } from './build/workspaces.mjs';

// Entries are what package.json exports, and what runs by path: `spanwise.entries` there.
const entries = Object.fromEntries(
  workspaces().map((workspace) => {
    const { folder, directory, manifest } = workspace;
    const exported = entriesOf(workspace).map(({ source }) => source.slice(directory.length + 1));
    const { entries: byName = [], script } = manifest.spanwise ?? {};
    const run = [...byName, ...(script === undefined ? [] : [script])].map((source) => source.replace('./', ''));
    const byPath = {
      'packages/node': ['mqtt', 'pg', 'signal-exit'],
      'packages/opentracing': ['opentracing'],
      'packages/wire': ['thrift'],
      'examples/shop': ['@spanwise/browser', 'spanwise'],
      e2e: ['@spanwise/browser', 'axe-core', 'spanwise'],
    };
    const page = folder === 'packages/ui' ? ['index.html', 'src/trace-file/main.tsx', 'vite.trace-file.config.ts'] : [];
    return [
      folder,
      {
        entry: [...exported, ...run, ...page, 'src/**/*.test.ts', 'test/**/*.test.ts', 'test/types/**/*.ts'],
        project: ['src/**/*.{ts,tsx}', 'test/**/*.ts'],
        // Resolved at run time by name, or loaded by a process that a test starts.
        ignoreDependencies: byPath[folder] ?? [],
      },
    ];
  }),
);

export default {
  ignoreExportsUsedInFile: true,
  ignoreBinaries: ['unshare'],
  workspaces: {
    '.': { entry: ['build/*.mjs'], project: ['build/*.mjs'], ignoreDependencies: ['@arethetypeswrong/cli', 'publint'] },
    ...entries,
  },
};
