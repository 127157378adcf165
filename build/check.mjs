// Everything CI checks, in the order that finds mistakes soonest. Runs all of it, then says what failed.
import { spawnSync } from 'node:child_process';

import { root } from './workspaces.mjs';

const steps = ['format:check', 'build', 'types', 'build:types', 'lint', 'unused', 'api:check', 'pack:check', 'test'];
const failed = [];
for (const step of steps) {
  console.log(`\n> ${step}`);
  const args = step === 'test' ? ['run', '--silent', step, '--', '--coverage'] : ['run', '--silent', step];
  if (spawnSync('npm', args, { cwd: root, stdio: 'inherit' }).status !== 0) failed.push(step);
}
console.log(failed.length === 0 ? '\neverything holds' : `\nfailed: ${failed.join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);
