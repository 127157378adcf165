import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';

import { run } from './processes.mjs';

const cache = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'spanwise-peers');
const exe = process.platform === 'win32' ? '.exe' : '';
const installTimeoutMs = 180_000;

// What to install, and where in node_modules the program then is. The package of Node for the platform is taken
// directly: `node` itself fetches it with an install script, and npm 11 runs none that was not allowed.
const recipes = {
  node: () => ({ name: nodePackage(), program: [nodePackage(), 'bin', `node${exe}`] }),
  bun: () => ({ name: 'bun', program: ['@oven', 'bun-*', 'bin', `bun${exe}`] }),
  deno: () => ({ name: 'deno', program: ['@deno', '*', `deno${exe}`] }),
  workerd: () => ({ name: 'workerd', program: ['@cloudflare', 'workerd-*', 'bin', `workerd${exe}`] }),
};

function nodePackage() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const prefix = platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${platform}-${process.arch}`;
}

/**
 * The program of a runtime: from the cache, or installed into it.
 *
 * @throws when it cannot be installed, with what npm said
 */
export async function obtain(kind, version, folder) {
  const { name, program } = recipes[kind]();
  const home = path.join(cache, 'runtimes', `${kind}-${version}`);
  const present = find(path.join(home, 'node_modules'), program) ?? elsewhere(kind, version);
  if (present !== undefined) return present;
  console.log(`  installing ${name} ${version} into ${home}`);
  await install(`${name}@${version}`, home, folder);
  const installed = find(path.join(home, 'node_modules'), program);
  if (installed === undefined)
    throw new Error(`${name}@${version} has no program for ${process.platform} ${process.arch}`);
  return installed;
}

/** A Node of the wanted version that is there already: the one that runs this, and the one that .ci/run installs. */
function elsewhere(kind, version) {
  if (kind !== 'node') return undefined;
  const candidates = [process.execPath, path.join(cache, 'node24/node_modules/node/bin/node')];
  return candidates.find(
    (file) => existsSync(file) && spawnSync(file, ['--version'], { encoding: 'utf8' }).stdout.trim() === `v${version}`,
  );
}

async function install(spec, home, folder) {
  // Beside its place and then renamed: an install that was cut off is not taken for a whole one.
  const partial = `${home}.partial-${process.pid}`;
  const log = path.join(folder, `${path.basename(home)}-install.log`);
  mkdirSync(partial, { recursive: true });
  try {
    for (let attempt = 1; ; attempt++) {
      const failure = await installOnce(spec, partial, log);
      if (failure === undefined) break;
      if (attempt === 2) throw new Error(`npm install ${spec} failed twice: ${failure}`);
      console.log(`  npm install ${spec} failed (${failure}), trying once more`);
    }
    rmSync(home, { recursive: true, force: true });
    renameSync(partial, home);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** @returns what went wrong, if anything */
async function installOnce(spec, prefix, log) {
  // Its own retries are few, because this is tried again, and offline nobody wants to wait.
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=1', '--fetch-retry-mintimeout=1000'];
  try {
    const { status, how, output } = await run('npm', ['install', ...options, '--prefix', prefix, spec], {
      log,
      cwd: prefix,
      timeoutMs: installTimeoutMs,
    });
    return status === 0 ? undefined : (/^npm error (?!code |syscall |errno )(.+)$/m.exec(output)?.[1] ?? how);
  } catch (error) {
    return error.message;
  }
}

/** The first file at the path, in which `*` stands for any text within a name. */
function find(directory, [pattern, ...rest]) {
  if (pattern === undefined) return directory;
  if (!existsSync(directory)) return undefined;
  const [start, end = ''] = pattern.split('*');
  const matches = (name) => (pattern.includes('*') ? name.startsWith(start) && name.endsWith(end) : name === pattern);
  for (const name of readdirSync(directory).filter(matches)) {
    const found = find(path.join(directory, name), rest);
    if (found !== undefined) return found;
  }
  return undefined;
}
