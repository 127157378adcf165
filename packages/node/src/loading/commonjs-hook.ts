import Module from 'node:module';

type Load = (this: unknown, request: string, ...others: unknown[]) => unknown;

/**
 * Node's own, undocumented and used by every tool of this kind since Node 0.x; CommonJS that is
 * imported passes here too, as a rule.
 */
const loader = Module as unknown as {
  _load: Load;
  _cache: { [file: string]: { exports: unknown; loaded: boolean } | undefined };
};

/**
 * Calls `onLoad` with what the package `name` exports, once for every copy of it: now, for copies that are
 * loaded, and when another one is, by `require` or by `import` (of a package whose ESM entry wraps its CommonJS
 * one, as `pg`'s does).
 *
 * Not seen is a package that is imported while a module customization hook returns the source of CommonJS
 * modules: Node then runs them without this loader and tells nobody. `instrumentPg` covers `pg` there, `instrumentMqtt` `mqtt`, and
 * `instrumentGrpc` `@grpc/grpc-js`.
 *
 * @param name the package's name, with its scope if it has one.
 * @param main the package's CommonJS entry, such as `lib/index.js`.
 * @returns what takes the hook out.
 */
export function onPackageLoad(name: string, main: string, onLoad: (exports: object) => void): () => void {
  const seen = new WeakSet();
  const file = `/${name}/${main}`;
  const entry = new RegExp(`${file.replaceAll('.', '\\.').replaceAll('/', '[\\\\/]')}$`);
  const requests = new Set([name, ...spellingsOf(`${name}/${main}`)]);
  const look = (exports: unknown): void => {
    if (typeof exports !== 'object' || exports === null || seen.has(exports)) return;
    seen.add(exports);
    onLoad(exports);
  };
  for (const file of Object.keys(loader._cache)) {
    const cached = entry.test(file) ? loader._cache[file] : undefined;
    if (cached?.loaded === true) look(cached.exports);
  }
  const original = loader._load;
  let enabled = true;
  const load: Load = function _load(this: unknown, request, ...others) {
    const exports = Reflect.apply(original, this, [request, ...others]);
    if (enabled && (requests.has(request) || entry.test(request))) look(exports);
    return exports;
  };
  loader._load = load;
  return () => {
    enabled = false;
    if (loader._load === load) loader._load = original;
  };
}

/** What finds a CommonJS file: its extension, and `index.js` of a folder, may be left out. */
function spellingsOf(file: string): readonly string[] {
  const bare = file.replace(/\.js$/, '');
  if (!bare.endsWith('/index')) return [file, bare];
  const folder = bare.slice(0, -'/index'.length);
  return [file, bare, folder, `${folder}/`];
}
