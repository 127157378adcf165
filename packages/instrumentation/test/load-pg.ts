import Module, { createRequire } from 'node:module';

import type pg from 'pg';

type Resolve = (this: unknown, request: string, ...others: unknown[]) => string;

/**
 * Loads the CommonJS `pg`, as applications have it.
 *
 * A test runner that starts Node with `--conditions import` makes `require('pg-pool')` find the ESM entry, which is no
 * class, so that `pg` fails while it loads. Here `pg-pool` is always the file that a plain Node would find.
 */
export function loadPg(): typeof pg {
  const require = createRequire(import.meta.url);
  const loader = Module as unknown as { _resolveFilename: Resolve };
  const original = loader._resolveFilename;
  loader._resolveFilename = function (request, ...others) {
    const file = Reflect.apply(original, this, [request, ...others]);
    return request === 'pg-pool' ? file.replace(/esm[\\/]index\.mjs$/, 'index.js') : file;
  };
  try {
    return require('pg/lib/index.js') as typeof pg;
  } finally {
    loader._resolveFilename = original;
  }
}
