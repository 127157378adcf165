import { existsSync } from 'node:fs';
import path from 'node:path';

export const home = path.join(import.meta.dirname, '..');
export const thisPackage = path.join(home, '../packages/opentracing');
export const npmPackage = path.join(home, 'node_modules/opentracing');
/** Both packages by the names that the checks use for them. */
export const both = { npm: npmPackage, this: thisPackage };

/** Why the checks cannot run, or `undefined`. */
export function whatIsMissing() {
  if (!existsSync(path.join(home, 'node_modules/opentracing/package.json')))
    return 'the dependents are not installed: run `npm ci --prefix compatibility`';
  if (!existsSync(path.join(thisPackage, 'lib/index.js'))) return 'the package is not built: run `npm run build`';
  return undefined;
}
