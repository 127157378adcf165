import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** Where the servers of other projects are kept, outside the checkout; README.md says how they get there. */
const peersCache = path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'spanwise-peers');

/** The file's path, or undefined when nobody has put it there. */
export function peerFile(name) {
  const file = path.join(peersCache, name);
  return existsSync(file) ? file : undefined;
}
