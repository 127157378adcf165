import path from 'node:path';

import { run } from './processes.mjs';

/**
 * Runs the suite in a runtime that takes a file: Node, Bun, Deno.
 *
 * @throws when it ends without a report, in time or not, or is not the version that was asked for
 */
export async function runScript({ title, version, args }, { program, bundles, log, timeoutMs }) {
  const { how, output } = await run(program, [...args, bundles.script], {
    log,
    timeoutMs,
    cwd: path.dirname(bundles.script),
    env: { ...process.env, NODE_OPTIONS: '', DENO_NO_UPDATE_CHECK: '1' },
  });
  const line = output.split('\n').find((text) => text.startsWith('{"version"'));
  if (line === undefined) throw new Error(`ended with ${how} and without a report:\n${output}`);
  const { version: actual, ...report } = JSON.parse(line);
  if (actual !== version) throw new Error(`${title} was asked for, and ${program} is ${actual}`);
  return { report };
}
