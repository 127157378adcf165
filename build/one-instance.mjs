// Lets `import` do without Node's CommonJS loader and share one instance with `require` all the same. The core stands in
// both main entries; whichever runs first leaves it on globalThis, where the other finds it. Why, and what it saves:
// docs/decisions/0001-one-runtime-implementation.md.
const coreFile = 'core.chunk.js';

/** A plugin for the CommonJS build of a package whose `spanwise.core` needs no other module. */
export function oneInstance({ name }) {
  return {
    name: 'one-instance',
    generateBundle(_, files) {
      const { [coreFile]: chunk, 'index.js': index } = files;
      const core = withPlainExports(withoutMapComment(chunk.code));
      const main = replaced(index.code, /^const require_core = require\(.+\);$/m, '');
      if (`${core}${main}`.includes('require('))
        throw new Error(`${name}: its core requires a module, and cannot be ESM`);
      const names = index.exports.filter((exported) => exported !== 'default').join(', ');

      // `require` takes what `import` has made. What another `require` made stays its own: Jest's `resetModules` and an
      // emptied `require.cache` give a new instance, as of any CommonJS module.
      const required = entry(name, { core, main, folder: '__dirname', taken: 'found?.imported', imported: false });
      const imported = entry(name, { core, main, folder: folderOfModule, taken: 'found', imported: true });
      index.code = withMap('index.js', `${required}module.exports = instance.main;\n`);
      const exported = `export const { ${names} } = instance.main;\nexport default instance.main;\n`;
      this.emitFile({ type: 'asset', fileName: 'index.mjs', source: withMap('index.mjs', imported + exported) });

      // The core begins some lines further down, and keeps its lines: all that was shortened stands behind what is mapped.
      const mappings = ';'.repeat(linesBefore(core, required)) + chunk.map.mappings;
      for (const file of ['index.js', 'index.mjs']) {
        const map = { ...chunk.map, file, mappings };
        this.emitFile({ type: 'asset', fileName: `${file}.map`, source: JSON.stringify(map) });
      }
      delete files[`${coreFile}.map`];
      chunk.code = `${keyOf(name, '__dirname')}module.exports = require('./index.js')[key];\n`;
    },
  };
}

// In the form of `__dirname`, also where Jest loads ESM and says nothing but the address.
const folderOfModule = "import.meta.dirname ?? decodeURIComponent(new URL('.', import.meta.url).pathname.slice(0, -1))";

/** The folder is part of the key: each copy of the package has an instance of its own. */
function keyOf(name, folder) {
  return `'use strict';\nconst key = Symbol.for(${JSON.stringify(`${name} in `)} + (${folder}));\n`;
}

/** The parentheses around the function make V8 compile it at once rather than read it twice. */
function entry(name, { core, main, folder, taken, imported }) {
  return `${keyOf(name, folder)}const found = globalThis[key];
const instance = ${taken} ? found : (function (exports, main) {
${core}
(function (exports, require_core) {
${main}
})(main, exports);
Object.defineProperty(main, key, { value: exports });
const made = { main, imported: ${imported} };
Object.defineProperty(globalThis, key, { value: made, configurable: true });
return made;
})({}, {});
`;
}

/** Chunks export by getters, each compiled and called; what the core exports never changes. */
function withPlainExports(code) {
  return replaced(
    code,
    /^Object\.defineProperty\(exports, "(\w+)", \{\s+enumerable: true,\s+get: function\(\) \{\s+return ([\w$]+);\s+\}\s+\}\);$/gm,
    'exports.$1 = $2;',
  );
}

function withoutMapComment(code) {
  return replaced(code, /\n\/\/# sourceMappingURL=.*\s*$/, '\n');
}

/** Throws when there is nothing to replace: the bundler writes otherwise than it did. */
function replaced(code, pattern, replacement) {
  const result = code.replace(pattern, replacement);
  if (result === code) throw new Error(`one-instance: nothing matches ${pattern}; has the bundler changed?`);
  return result;
}

function withMap(file, code) {
  return `${code}//# sourceMappingURL=${file}.map\n`;
}

function linesBefore(part, whole) {
  return whole.slice(0, whole.indexOf(part)).split('\n').length - 1;
}
