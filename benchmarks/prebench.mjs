// What a bench needs before it runs: the competitors (npm ci, when the lockfile is newer than what is installed) and the
// built packages. dd-trace's optional binaries (profiling, security) are left out, 80 MB that tracing works without. Output goes to stderr, so that `npm run bench -- --json` prints nothing but its object.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';

const here = import.meta.dirname;
const root = path.join(here, '..');

if (!existsSync(path.join(root, 'node_modules')))
  fail('the repository is not installed: run `npm ci` in its root first');
if (isStale()) run('npm', ['ci', '--ignore-scripts', '--omit=optional'], here);
run(process.execPath, [path.join('build', 'build.mjs'), '--if-stale'], root);

function isStale() {
  const installed = path.join(here, 'node_modules', '.package-lock.json');
  const wanted = path.join(here, 'package-lock.json');
  return !existsSync(installed) || statSync(installed).mtimeMs < statSync(wanted).mtimeMs;
}

function run(command, args, cwd) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', 2, 2] });
  if (error) fail(`${command} could not be started: ${error.message}`);
  if (status !== 0) fail(`${command} ${args.join(' ')} ended with status ${status}`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
