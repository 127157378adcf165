// Writes the declarations that are published: tsc -b in the order of dependencies, then what its output lacks.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { entriesOf, isDual, root, workspaces } from './workspaces.mjs';

const packages = workspaces().filter(
  ({ folder, manifest }) => folder.startsWith('packages/') && manifest.types?.startsWith('./lib/'),
);

// The wrappers stand before tsc runs, because the packages that import them resolve types through them.
for (const workspace of packages.filter(isDual)) {
  for (const { name } of entriesOf(workspace)) writeEsmDeclaration(workspace, name);
}

const tsc = spawnSync(
  process.execPath,
  [path.join(root, 'node_modules/typescript/bin/tsc'), '-b', ...packages.map(({ directory }) => directory)],
  { stdio: 'inherit' },
);
if (tsc.status !== 0) process.exit(1);

for (const { directory } of packages) rewriteExtensions(path.join(directory, 'lib'));

function writeEsmDeclaration({ directory }, name) {
  const file = path.join(directory, 'lib', `${name}.d.mts`);
  mkdirSync(path.dirname(file), { recursive: true });
  const base = path.basename(name);
  writeFileSync(file, `export * from './${base}.js';\nimport * as cjs from './${base}.js';\nexport default cjs;\n`);
}

/** TypeScript 7 leaves `.ts` in the specifiers of declarations, and older compilers then check nothing. */
function rewriteExtensions(directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.d.ts')) continue;
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    const text = readFileSync(file, 'utf8');
    const rewritten = text.replace(/((?:from|import)\s*\(?\s*['"]\.{1,2}\/[^'"]*)\.ts(['"])/g, '$1.js$2');
    if (rewritten !== text) writeFileSync(file, rewritten);
  }
}
