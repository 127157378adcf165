// Builds what runs: one implementation for `require` and `import` for packages that applications import, plain ESM for
// programs, and the page. Types are not needed to run and come from types.mjs; `npm run build` runs both.
//
//   node build/build.mjs [--if-stale] [workspace folder …]
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync, chmodSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';

import { lazyImports } from './lazy-imports.mjs';
import { oneInstance } from './one-instance.mjs';
import { entriesOf, isDual, root, workspaces } from './workspaces.mjs';

const ifStale = process.argv.includes('--if-stale');
const only = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));

for (const workspace of workspaces()) {
  if (only.length > 0 && !only.includes(workspace.folder)) continue;
  if (ifStale && !isStale(workspace)) continue;
  const started = performance.now();
  await build(workspace);
  stamp(workspace);
  console.error(`built ${workspace.folder} in ${Math.round(performance.now() - started)} ms`);
}

async function build(workspace) {
  if (workspace.folder === 'packages/ui') return buildPage(workspace);
  const named = entriesOf(workspace);
  const entries = [...named, ...extraEntries(workspace)];
  if (entries.length === 0) return;
  const output = path.join(workspace.directory, 'lib');
  removeOld(output);
  mkdirSync(output, { recursive: true });
  if (isDual(workspace)) await buildDual(workspace, entries, new Set(named.map(({ name }) => name)), output);
  else await buildEsm(workspace, entries, output);
  if (workspace.manifest.spanwise?.script !== undefined) await buildScript(workspace, output);
}

/**
 * One file for a `<script>` element, minified and with everything in it: `spanwise.script` in package.json names its
 * source.
 */
async function buildScript({ directory, manifest }, dir) {
  const source = path.join(directory, manifest.spanwise.script);
  await bundle(
    {
      input: source,
      platform: 'browser',
      ...fromSources(),
      treeshake: { moduleSideEffects: (id) => id === source },
    },
    { file: path.join(dir, `${path.basename(source, '.ts')}.min.js`), format: 'iife', minify: true, sourcemap: true },
  );
}

/** Entries that are run or loaded by path rather than imported by name: `spanwise.entries` in package.json. */
function extraEntries({ directory, manifest }) {
  return (manifest.spanwise?.entries ?? []).map((source) => ({
    name: source.replace(/^\.\/src\//, '').replace(/\.ts$/, ''),
    source: path.join(directory, source),
  }));
}

async function buildDual({ manifest }, entries, named, dir) {
  writeFileSync(path.join(dir, 'package.json'), '{ "type": "commonjs" }\n');
  const input = Object.fromEntries(entries.map(({ name, source }) => [name, source]));
  const external = externalOf(manifest);
  const shares = manifest.spanwise?.oneInstance === true;
  const exportsOf = new Map();
  const wrapped = new Set([...named].filter((name) => !(shares && name === 'index')));
  const plugins = [
    esmWrappers(wrapped, exportsOf),
    ...(shares ? [oneInstance(manifest)] : []),
    lazyImports(manifest.spanwise?.lazy ?? []),
  ];
  // Getters and symbols off: Jest and sinon must be able to replace an export (npm opentracing's users do).
  const shared = {
    dir,
    generatedCode: { symbols: false },
    comments: { jsdoc: false },
    sourcemap: true,
  };
  await bundle(
    { input, external, platform: 'node', plugins },
    {
      ...shared,
      format: 'cjs',
      exports: 'named',
      esModule: true,
      // As the sources are, and as ESM is: a write to a frozen carrier throws.
      strict: true,
      chunkFileNames: '[name].chunk.js',
      ...coreChunk(manifest),
    },
  );
  await bundle(
    {
      input: Object.fromEntries(Object.keys(input).map((name) => [name, name])),
      ...(manifest.spanwise?.selfContained === true ? fromSources() : { external }),
      platform: 'neutral',
      plugins: [wholeAsDefault(input, exportsOf)],
    },
    {
      ...shared,
      format: 'esm',
      entryFileNames: '[name].module.mjs',
      chunkFileNames: '[name].chunk.mjs',
    },
  );
}

/**
 * For pages (`spanwise.selfContained` in package.json): what bundlers get has the parts of the packages below in it, taken
 * from their sources. Their own files would bring modules along that bundlers must keep, and twice the size.
 */
function fromSources() {
  return {
    external: (id) => id.startsWith('node:'),
    resolve: { conditionNames: ['@spanwise/source', 'module', 'import'] },
  };
}

/**
 * Sources that are always loaded together go into one file, because each file costs start-up time: `spanwise.core` in
 * package.json is a regular expression on their paths. Not for bundlers: they make one file of all, and leave more out
 * of small ones.
 */
function coreChunk({ spanwise }) {
  if (spanwise?.core === undefined) return {};
  return { codeSplitting: { groups: [{ name: 'core', test: new RegExp(spanwise.core) }] } };
}

/**
 * Beside each CommonJS entry that is imported by name, an ESM file that passes its exports on. `exportsOf` is given the
 * names that each entry exports. Deep modules have none: who imports them gets the CommonJS file itself.
 */
function esmWrappers(wrapped, exportsOf) {
  return {
    name: 'esm-wrappers',
    generateBundle(_, files) {
      for (const file of Object.values(files)) {
        if (file.type !== 'chunk' || !file.isEntry) continue;
        exportsOf.set(file.name, file.exports);
        if (!wrapped.has(file.name)) continue;
        const names = file.exports.filter((name) => name !== 'default');
        const named = names.length > 0 ? `export const { ${names.join(', ')} } = cjs;\n` : '';
        const base = path.basename(file.fileName);
        this.emitFile({
          type: 'asset',
          fileName: file.fileName.replace(/\.js$/, '.mjs'),
          source: `import cjs from './${base}';\n${named}export default cjs;\n`,
        });
      }
    },
  };
}

/**
 * In bundles `import whole from` is to give what it gives in Node, all exports. Written out, so that bundlers leave out
 * what nobody asks for. A module that has a default of its own, as npm opentracing's deep ones, keeps it.
 */
function wholeAsDefault(sources, exportsOf) {
  return {
    name: 'whole-as-default',
    resolveId: (id) => (id in sources ? `\0whole:${id}` : null),
    load(id) {
      if (!id.startsWith('\0whole:')) return null;
      const name = id.slice('\0whole:'.length);
      const source = JSON.stringify(sources[name]);
      const names = exportsOf.get(name);
      if (names.includes('default')) return `export * from ${source};\nexport { default } from ${source};`;
      const list = names.join(', ');
      return `import { ${list} } from ${source};\nexport { ${list} };\nexport default { ${list} };`;
    },
  };
}

async function buildEsm({ manifest }, entries, dir) {
  const input = Object.fromEntries(entries.map(({ name, source }) => [name, source]));
  await bundle(
    { input, external: externalOf(manifest), platform: 'node' },
    {
      dir,
      format: 'esm',
      sourcemap: true,
      comments: { jsdoc: false },
      chunkFileNames: '[name].chunk.js',
    },
  );
  for (const bin of Object.values(manifest.bin ?? {})) chmodSync(path.join(dir, '..', bin), 0o755);
}

async function buildPage({ directory }) {
  const { build: viteBuild } = await import('vite');
  await viteBuild({ root: directory, logLevel: 'warn' });
  const configFile = path.join(directory, 'vite.trace-file.config.ts');
  await viteBuild({ root: directory, logLevel: 'warn', configFile });
}

async function bundle(input, output) {
  const build = await rolldown({ ...input, logLevel: 'warn' });
  await build.write(output);
  await build.close();
}

function externalOf(manifest) {
  const names = [
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.peerDependencies ?? {}),
    ...Object.keys(manifest.devDependencies ?? {}),
  ];
  return (id) => id.startsWith('node:') || names.some((name) => id === name || id.startsWith(`${name}/`));
}

function stampOf({ directory }) {
  return path.join(root, 'node_modules/.cache/spanwise-build', directory.slice(root.length).replaceAll(path.sep, '-'));
}

function stamp(workspace) {
  mkdirSync(path.dirname(stampOf(workspace)), { recursive: true });
  writeFileSync(stampOf(workspace), '');
}

function isStale(workspace) {
  const stamp = stampOf(workspace);
  const output = path.join(workspace.directory, workspace.folder === 'packages/ui' ? 'dist' : 'lib');
  if (!existsSync(stamp) || !existsSync(output)) return true;
  const inputs = [
    'src',
    'package.json',
    'vite.config.ts',
    'index.html',
    'vite.trace-file.config.ts',
    'trace-file.html',
  ].map((name) => path.join(workspace.directory, name));
  if (workspace.folder === 'packages/ui')
    inputs.push(...['wire', 'analysis'].map((name) => path.join(root, 'packages', name, 'src')));
  if (workspace.manifest.spanwise?.selfContained === true)
    inputs.push(...['opentracing', 'instrumentation'].map((name) => path.join(root, 'packages', name, 'src')));
  inputs.push(path.join(root, 'build'));
  const built = statSync(stamp).mtimeMs;
  return inputs.some((input) => newest(input) > built);
}

function newest(file) {
  if (!existsSync(file)) return 0;
  const { mtimeMs } = statSync(file);
  if (!statSync(file).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(file).map((name) => newest(path.join(file, name))));
}

/** Removes what a build before this one left, and leaves the declarations of `npm run build:types`. */
function removeOld(directory) {
  if (!existsSync(directory)) return;
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (entry.isFile() && !/\.d\.m?ts(\.map)?$/.test(entry.name))
      rmSync(path.join(entry.parentPath ?? entry.path, entry.name));
  }
}
