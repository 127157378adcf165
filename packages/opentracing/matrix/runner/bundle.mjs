import { readFileSync } from 'node:fs';
import path from 'node:path';

import { rolldown } from 'rolldown';

const matrix = path.join(import.meta.dirname, '..');

// What a bundle may import when it runs. Everything else must be in it.
const targets = {
  script: { platform: 'node', mayImport: (id) => id.startsWith('node:') },
  worker: { platform: 'neutral', mayImport: (id) => id === 'node:async_hooks' },
  page: { platform: 'browser', mayImport: () => false },
};

/**
 * Bundles the suite for each kind of runtime.
 *
 * @param planted the mistake to plant (planted-cases.ts), none by default
 * @returns the files: `script`, `worker`, `page`
 */
export async function bundleSuite(folder, planted = '') {
  const files = {};
  for (const [name, target] of Object.entries(targets)) {
    files[name] = path.join(folder, `${name}.mjs`);
    await bundle(path.join(matrix, 'entries', `${name}.ts`), files[name], target, planted);
  }
  return files;
}

async function bundle(input, file, { platform, mayImport }, planted) {
  const build = await rolldown({
    input,
    platform,
    external: (id) => id.startsWith('node:'),
    plugins: [secondCopy()],
    transform: {
      target: 'es2022',
      define: { NODE_BUILTINS: String(mayImport('node:async_hooks')), PLANTED: JSON.stringify(planted) },
    },
    logLevel: 'warn',
  });
  try {
    const { output } = await build.write({ file, format: 'esm', codeSplitting: false });
    const imports = output.flatMap(({ imports, dynamicImports }) => [...(imports ?? []), ...(dynamicImports ?? [])]);
    const refused = imports.filter((id) => !mayImport(id));
    if (refused.length > 0) throw new Error(`the bundle ${path.basename(file)} imports ${refused.join(', ')}`);
  } finally {
    await build.close();
  }
}

// Modules reached from second-copy.ts get this after their path, and so are others than those without it.
const mark = '?second-copy';

function secondCopy() {
  return {
    name: 'second-copy',
    async resolveId(source, importer) {
      if (importer === undefined || !(importer.endsWith('/second-copy.ts') || importer.endsWith(mark))) return null;
      const resolved = await this.resolve(source, importer.replace(mark, ''), { skipSelf: true });
      return resolved === null || resolved.external ? resolved : { ...resolved, id: resolved.id + mark };
    },
    load(id) {
      if (!id.endsWith(mark)) return null;
      return { code: readFileSync(id.slice(0, -mark.length), 'utf8'), moduleType: 'ts' };
    },
  };
}
