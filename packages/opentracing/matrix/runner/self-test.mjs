import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { bundleSuite } from './bundle.mjs';
import { failuresOf } from './report.mjs';
import { runPortable } from './runtimes.mjs';
import { runTestSuite } from './test-suite.mjs';

// For each mistake of planted-cases.ts, what the one failure that it causes must say, and how long to wait for it:
// the loop takes all of it.
const mistakes = {
  failure: { pattern: /planted: failure: Error: planted: this case must fail/, limitMs: 60_000 },
  'endless loop': { pattern: /no result within|timeout/i, limitMs: 8_000 },
  'never settles': { pattern: /planted: never settles: Error: not settled after/, limitMs: 60_000 },
  'column turned off': { pattern: /the column sync stack is missing: planted/, limitMs: 60_000 },
  'column gone': { pattern: /the column sync stack is missing: nobody reported it/, limitMs: 60_000 },
  'testbed gone': { pattern: /the column coroutine lacks the suite testbed: none of its cases ran/, limitMs: 60_000 },
};

/**
 * Proves that the matrix can fail: plants mistakes, and expects each runtime to report them and nothing else.
 *
 * @returns the exit status
 */
export async function selfTest(runtimes, folder) {
  const wrong = await bundledWithNode(path.join(folder, 'node-import'));
  for (const [mistake, { pattern, limitMs }] of Object.entries(mistakes)) {
    const bundles = await bundleSuite(path.join(folder, mistake), mistake);
    const outcomes = await Promise.all(runtimes.map((runtime) => runPortable(runtime, bundles, folder, limitMs)));
    for (const outcome of outcomes) expectOne(outcome, pattern, mistake, wrong);
    if (mistake !== 'failure') continue;
    for (const { program, runtime } of outcomes.filter(isNode))
      expectOne({ runtime, tests: await plantedTest(program, runtime, folder) }, /planted test/, 'failing test', wrong);
  }
  for (const line of wrong) console.log(`failed: ${line}`);
  console.log(wrong.length === 0 ? '\nevery mistake was reported' : `\nnot reported as planted: ${wrong.length}`);
  return wrong.length === 0 ? 0 : 1;
}

/** A page's bundle with a `node:` import must be refused. */
async function bundledWithNode(folder) {
  try {
    await bundleSuite(folder, 'node import');
  } catch (error) {
    if (/page\.mjs imports node:async_hooks/.test(error.message)) {
      console.log('reported: node: import in the bundle of a page');
      return [];
    }
    throw error;
  }
  return ['the bundle of a page has a node: import'];
}

function isNode({ runtime, program }) {
  return runtime.kind === 'node' && program !== undefined;
}

function expectOne(outcome, pattern, mistake, wrong) {
  const what = `${mistake} on ${outcome.runtime.title}`;
  const failures = failuresOf(outcome, true);
  const isRight = failures.length === 1 && pattern.test(failures[0]);
  console.log(`${isRight ? 'reported' : 'NOT reported'}: ${what}`);
  if (!isRight) wrong.push(`${what}: expected one failure that says ${pattern}, got ${JSON.stringify(failures)}`);
}

async function plantedTest(program, { name }, folder) {
  const home = path.join(folder, `${name}-planted-test`);
  mkdirSync(home, { recursive: true });
  writeFileSync(path.join(home, 'planted.test.mjs'), `it('planted test', () => expect(1).toBe(2));\n`);
  return runTestSuite(program, home, ['--root', home, '--globals']);
}
