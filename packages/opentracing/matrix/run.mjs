// Runs the conformance suite of @spanwise/opentracing on every runtime, and writes docs/runtimes.md. See --help.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { bundleSuite } from './runner/bundle.mjs';
import { optionsOf } from './runner/options.mjs';
import { failuresOf, mustBeHad, summaryOf, tableOf, writeDocs } from './runner/report.mjs';
import { runRuntime } from './runner/runtimes.mjs';
import { selfTest } from './runner/self-test.mjs';

const { runtimes, all, isSelfTest } = optionsOf(process.argv.slice(2));
const folder = mkdtempSync(path.join(tmpdir(), 'spanwise-matrix-'));
// Also after a signal, which runner/processes.mjs turns into an exit.
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
process.exitCode = isSelfTest ? await selfTest(runtimes, folder) : await matrix();

/** @returns the exit status */
async function matrix() {
  const bundles = await bundleSuite(path.join(folder, 'bundles'));
  const outcomes = [];
  for (const runtime of runtimes) {
    console.log(`${runtime.title} …`);
    const outcome = await runRuntime(runtime, bundles, folder);
    outcomes.push(outcome);
    console.log(summaryOf(outcome));
  }
  console.log(`\n${tableOf(outcomes)}\n`);
  const failures = outcomes.flatMap((outcome) =>
    failuresOf(outcome, mustBeHad(outcome.runtime, { all, env: process.env })),
  );
  for (const failure of failures) console.log(`failed: ${failure}`);
  writeDocs(outcomes, { isComplete: all, hasFailures: failures.length > 0 });
  return failures.length === 0 ? 0 : 1;
}
