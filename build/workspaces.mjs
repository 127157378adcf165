import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the repository. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Every workspace with a manifest, in dependency order (a workspace comes after the workspaces it depends on). */
export function workspaces() {
  const found = new Map();
  for (const folder of ['packages', 'examples']) {
    for (const name of readdirSync(path.join(root, folder))) add(path.join(root, folder, name));
  }
  add(path.join(root, 'e2e'));
  return inDependencyOrder(found);

  function add(directory) {
    const file = path.join(directory, 'package.json');
    if (!existsSync(file)) return;
    const manifest = JSON.parse(readFileSync(file, 'utf8'));
    found.set(manifest.name, { directory, manifest, folder: path.relative(root, directory) });
  }
}

function inDependencyOrder(found) {
  const ordered = new Set();
  const visit = (workspace) => {
    if (ordered.has(workspace)) return;
    for (const name of Object.keys(workspace.manifest.dependencies ?? {})) {
      if (found.has(name)) visit(found.get(name));
    }
    ordered.add(workspace);
  };
  for (const workspace of found.values()) visit(workspace);
  return [...ordered];
}

/** The public entries of a package: `{ name: 'index', source: '/abs/src/index.ts' }`, one for each `@spanwise/source` in its exports. */
export function entriesOf({ directory, manifest }) {
  const entries = [];
  for (const target of Object.values(manifest.exports ?? {})) {
    const source = typeof target === 'object' ? target['@spanwise/source'] : undefined;
    if (source !== undefined) {
      entries.push({
        name: source.replace(/^\.\/src\//, '').replace(/\.ts$/, ''),
        source: path.join(directory, source),
      });
    }
  }
  return entries;
}

/** True for packages that applications import: they ship one CommonJS implementation, ESM wrappers and ESM for bundlers. */
export function isDual({ manifest }) {
  return manifest.exports?.['.']?.require !== undefined;
}
