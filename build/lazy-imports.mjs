// Loads packages that are seldom needed when one of their exports is first asked for, because each file costs start-up
// time. ESM has no such import that is synchronous, so this works on the CommonJS output alone; bundlers get the plain
// import, and whoever runs the sources, too.

/** A plugin for the CommonJS build: `ids` are module ids as the sources import them, by name and only within functions. */
export function lazyImports(ids) {
  return {
    name: 'lazy-imports',
    generateBundle(_, files) {
      for (const id of ids) {
        const chunks = Object.values(files).filter((file) => file.type === 'chunk' && file.imports.includes(id));
        if (chunks.length === 0) throw new Error(`${id} is named in spanwise.lazy, and nothing imports it`);
        for (const chunk of chunks) chunk.code = withGetters(chunk.code, id);
      }
    },
  };
}

/** Keeps the statement on its line, so that the source map holds. */
function withGetters(code, id) {
  const required = `require(${JSON.stringify(id)})`;
  const declaration = code.split('\n').find((line) => line.startsWith('let ') && line.endsWith(` = ${required};`));
  const variable = declaration?.slice('let '.length, -` = ${required};`.length);
  const names = new Set([...code.matchAll(new RegExp(`\\b${variable}\\.(\\w+)`, 'g'))].map(([, name]) => name));
  if (declaration === undefined || names.size === 0)
    throw new Error(`${id} is not imported by name: it cannot be lazy`);
  const getters = [...names].map((name) => `get ${name}() { return ${required}.${name}; }`);
  return code.replace(declaration, `let ${variable} = { ${getters.join(', ')} };`);
}
