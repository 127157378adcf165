import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The `name` in the `package.json` nearest to the application: from the folder of its main script upwards, or from the
 * working directory when there is no script, or when it belongs to a tool in `node_modules` (`npx vite`).
 *
 * @param mainScript absolute path, `process.argv[1]`.
 */
export function applicationName(mainScript: string | undefined, workingDirectory: string): string | undefined {
  const ofTool = mainScript === undefined || mainScript.split(path.sep).includes('node_modules');
  let folder = ofTool ? workingDirectory : path.dirname(mainScript);
  for (;;) {
    const name = nameIn(path.join(folder, 'package.json'));
    if (name !== undefined) return name;
    const parent = path.dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}

/** A file that is not there, is no JSON or has no name (`{ "type": "module" }`, or one of white space, which the tracer refuses) is passed over. */
function nameIn(file: string): string | undefined {
  try {
    const { name } = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown };
    return typeof name === 'string' && name.trim() !== '' ? name : undefined;
  } catch {
    return undefined;
  }
}
