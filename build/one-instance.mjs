// Lets `import` do without Node's CommonJS loader and share one instance with `require` all the same. The core stands in
// both main entries; whichever runs first leaves it on globalThis, where the other finds it. Why, and what it saves:
// docs/decisions/0001-one-runtime-implementation.md.
import { createHash } from 'node:crypto';

const coreFile = 'core.chunk.js';

/** A plugin for the CommonJS build of a package whose `spanwise.core` needs no other module. */
export function oneInstance({ name, version }) {
  return {
    name: 'one-instance',
    generateBundle(_, files) {
      const { [coreFile]: core, 'index.js': index } = files;
      const body = withPlainExports(withoutMapComment(core.code));
      const main = withoutMapComment(index.code).replace(/^const require_core = require\(.+\);$/m, '');
      if (`${body}${main}`.includes('require('))
        throw new Error(`${name}: its core requires a module, and cannot be ESM`);
      // The content is part of the key, so that different builds never take each other's classes.
      const key = `${name}@${version} ${createHash('sha256').update(body).digest('hex').slice(0, 12)}`;
      const names = index.exports.filter((exported) => exported !== 'default').join(', ');
      const map = { ...core.map, mappings: ';'.repeat(lines(before(key, ''))) + core.map.mappings };

      // `require` takes what `import` has made. What another `require` made stays its own: Jest's `resetModules` and an
      // emptied `require.cache` give a new instance, as of any CommonJS module.
      index.code = withMap(
        'index.js',
        `${before(key, 'globalThis[key]?.imported ? globalThis[key] :')}${body}${after('{}', main)}module.exports = main;\n`,
      );
      const imported = withMap(
        'index.mjs',
        `${before(key, 'globalThis[key] ??')}${body}${after('{ imported: true }', main)}` +
          `export const { ${names} } = main;\nexport default main;\n`,
      );
      core.code = `module.exports = require('./index.js')[Symbol.for(${JSON.stringify(key)})];\n`;

      this.emitFile({ type: 'asset', fileName: 'index.mjs', source: imported });
      for (const file of ['index.js', 'index.mjs'])
        this.emitFile({ type: 'asset', fileName: `${file}.map`, source: JSON.stringify({ ...map, file }) });
      delete files[`${coreFile}.map`];
    },
  };

  // The parentheses around the function make V8 compile it at once rather than read it twice.
  function before(key, found) {
    return `'use strict';\nconst key = Symbol.for(${JSON.stringify(key)});\nconst core = ${found} (function (exports) {\n`;
  }

  function after(exports, main) {
    return `
Object.defineProperty(globalThis, key, { value: exports, configurable: true, writable: true });
return exports;
})(${exports});
const main = core.main ??= (function (exports, require_core) {
${main}
return Object.defineProperty(exports, key, { value: require_core });
})({}, core);
`;
  }
}

/** Chunks export by getters, each compiled and called; what the core exports never changes. */
function withPlainExports(code) {
  return code.replaceAll(
    /^Object\.defineProperty\(exports, "(\w+)", \{\s+enumerable: true,\s+get: function\(\) \{\s+return ([\w$]+);\s+\}\s+\}\);$/gm,
    'exports.$1 = $2;',
  );
}

function withoutMapComment(code) {
  return code.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
}

function withMap(file, code) {
  return `${code}//# sourceMappingURL=${file}.map\n`;
}

function lines(text) {
  return text.split('\n').length - 1;
}
