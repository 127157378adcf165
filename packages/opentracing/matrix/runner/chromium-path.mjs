import { existsSync } from 'node:fs';

const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * Where a Chromium is on this machine: the one that `CHROMIUM` names, and no other, or the usual one. The same as in e2e.
 *
 * @throws when there is none, with what was asked for
 */
export function chromiumPath({ CHROMIUM: named = '' }, exists = existsSync) {
  if (named !== '') {
    if (exists(named)) return named;
    throw new Error(`CHROMIUM names ${named}, which does not exist: set it to a Chromium, or unset it`);
  }
  const found = usual.find((file) => exists(file));
  if (found === undefined)
    throw new Error(`no Chromium found (looked at ${usual.join(', ')}): install one, or set CHROMIUM`);
  return found;
}
