// Packs every public package, asks publint and attw whether people can install and resolve it, and follows the links of
// its pages.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { isDual, root, workspaces } from './workspaces.mjs';

const directory = mkdtempSync(path.join(tmpdir(), 'spanwise-pack-'));
let failed = false;

for (const workspace of workspaces()) {
  if (workspace.manifest.private) continue;
  const before = new Set(readdirSync(directory));
  run('npm', ['pack', '--silent', '--pack-destination', directory], workspace.directory, true);
  const tarball = path.join(
    directory,
    readdirSync(directory).find((name) => !before.has(name) && name.endsWith('.tgz')),
  );
  console.log(`${workspace.manifest.name}`);
  checkLinks(tarball);
  run(process.execPath, [path.join(root, 'node_modules/publint/src/cli.js'), 'run', tarball, '--level', 'error'], root);
  if (workspace.manifest.types === undefined || workspace.folder === 'packages/ui') continue;
  // The API is resolved by compilers of every age; the others need TypeScript's node16 resolution or newer.
  const profile = isDual(workspace) ? 'node16' : 'esm-only';
  const rules = workspace.manifest.name === '@spanwise/opentracing' ? [] : ['--profile', profile];
  run(
    process.execPath,
    [
      path.join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js'),
      tarball,
      '--format',
      'table-flipped',
      '--no-emoji',
      ...rules,
    ],
    root,
  );
}
rmSync(directory, { recursive: true });
process.exit(failed ? 1 : 0);

/** Every link of its pages that does not lead to the web leads to what is in the tarball. */
function checkLinks(tarball) {
  const unpacked = `${tarball}.unpacked`;
  mkdirSync(unpacked);
  run('tar', ['-xzf', tarball, '-C', unpacked], root);
  for (const page of readdirSync(unpacked, { recursive: true, encoding: 'utf8' })) {
    if (!page.endsWith('.md')) continue;
    for (const [, target] of readFileSync(path.join(unpacked, page), 'utf8').matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:|^#/.test(target)) continue;
      if (existsSync(path.resolve(unpacked, path.dirname(page), target.split('#')[0]))) continue;
      failed = true;
      console.error(`${page} links to ${target}, which is not packed`);
    }
  }
}

function run(command, args, cwd, quiet = false) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status === 0) return;
  failed = true;
  if (quiet) console.error(`${command} ${args.join(' ')} failed`);
  process.stdout.write(stdout);
  process.stderr.write(stderr);
}
