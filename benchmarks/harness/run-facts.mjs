import { spawnSync } from 'node:child_process';
import { arch, cpus, totalmem, type } from 'node:os';

/** In one line, without what changes when it is started anew. */
export function machine() {
  return `${cpus().length} × ${cpus()[0].model}, ${Math.round(totalmem() / 2 ** 30)} GB memory, ${type()} ${arch()}`;
}

/** The commit that is measured, with a `+` when there are changes beside it; undefined outside a checkout. */
export function commit(resultsFile) {
  const git = (...args) => spawnSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' });
  const { status, stdout } = git('rev-parse', '--short', 'HEAD');
  if (status !== 0) return undefined;
  const changes = git('status', '--porcelain', '--', ':/', `:!${resultsFile}`).stdout;
  return stdout.trim() + (changes === '' ? '' : '+');
}
