import { readFileSync } from 'node:fs';
import path from 'node:path';

import { chromiumPath } from './chromium-path.mjs';
import { runChromium } from './chromium.mjs';
import { obtain } from './install.mjs';
import { runScript } from './script.mjs';
import { runTestSuite } from './test-suite.mjs';
import { runWorkerd } from './workerd.mjs';

const versions = JSON.parse(readFileSync(path.join(import.meta.dirname, '../versions.json'), 'utf8'));
const timeoutMs = 60_000;

// The suite asks for the garbage collector, whether closed scopes are let go. Chromium and workerd have the flag in
// their own files.
const exposeGc = '--expose-gc';
const node = (name) => ({
  name,
  title: `Node ${versions[name]}`,
  kind: 'node',
  version: versions[name],
  args: [exposeGc],
});

/** What the matrix runs on, in the order of the table. `name` is for --only. */
export const runtimes = [
  node('node20'),
  node('node22'),
  node('node24'),
  node('node26'),
  { name: 'bun', title: `Bun ${versions.bun}`, kind: 'bun', version: versions.bun, args: ['run'] },
  {
    name: 'deno',
    title: `Deno ${versions.deno}`,
    kind: 'deno',
    version: versions.deno,
    // No permission of any kind: the package needs none.
    args: ['run', '--no-prompt', '--no-config', '--no-lock', `--v8-flags=${exposeGc}`],
  },
  { name: 'workerd', title: `workerd ${versions.workerd}`, kind: 'workerd', version: versions.workerd },
  { name: 'chromium', title: 'Chromium', kind: 'chromium' },
];

/**
 * Runs the bundled suite on a runtime, and on Node the package's whole test suite too.
 *
 * @returns `report` (run-suite.ts) or `error`, or `unavailable` with the reason when the runtime cannot be had;
 *   on Node `tests` as well
 */
export async function runRuntime(runtime, bundles, folder) {
  const outcome = await runPortable(runtime, bundles, folder);
  if (runtime.kind !== 'node' || outcome.program === undefined) return outcome;
  return { ...outcome, tests: await runTestSuite(outcome.program, path.join(folder, `${runtime.name}-tests`)) };
}

/** The bundled suite only. */
export async function runPortable(runtime, bundles, folder, limitMs = timeoutMs) {
  let program;
  try {
    program = await programOf(runtime, folder);
  } catch (error) {
    return { runtime, unavailable: error.message };
  }
  const started = performance.now();
  const log = path.join(folder, `${runtime.name}.log`);
  const result = await runIn(runtime, { program, bundles, log, timeoutMs: limitMs }).catch((error) => ({
    error: error.message,
  }));
  return { runtime, program, ...checked(result), ms: performance.now() - started };
}

async function programOf({ kind, version }, folder) {
  return kind === 'chromium' ? chromiumPath(process.env) : obtain(kind, version, folder);
}

function runIn(runtime, context) {
  if (runtime.kind === 'workerd') return runWorkerd(context);
  if (runtime.kind === 'chromium') return runChromium(context);
  return runScript(runtime, context);
}

/** A suite that ran nothing did not pass. */
function checked(result) {
  return result.error === undefined && result.report.results.length === 0 ? { error: 'no case ran' } : result;
}
