// Everything CI checks, in the order that finds mistakes soonest. Runs all of it, then says what failed.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { root } from './workspaces.mjs';

/** What the tests say, for the compatibility table, which names some of them. */
const report = path.join(root, 'node_modules/.cache/test-report.json');

const steps = [
  ['format:check'],
  ['build'],
  ['types'],
  ['build:types'],
  ['lint'],
  ['unused'],
  ['api:check'],
  ['pack:check'],
  ['dependents:install'],
  ['test', '--coverage', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  ['compatibility', '--report', report],
];
const failed = [];
for (const [step, ...args] of steps) {
  console.log(`\n> ${step}`);
  // Also those that take long; the compatibility table names some of them.
  const env = { ...process.env, ALL_TESTS: 'true' };
  const { status } = spawnSync('npm', ['run', '--silent', step, '--', ...args], { cwd: root, stdio: 'inherit', env });
  if (status !== 0) failed.push(step);
}
console.log(failed.length === 0 ? '\neverything holds' : `\nfailed: ${failed.join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);
