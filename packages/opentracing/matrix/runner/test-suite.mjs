import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { run } from './processes.mjs';

const root = path.join(import.meta.dirname, '../../../..');
const vitest = path.join(path.dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const timeoutMs = 300_000;

/**
 * Runs the package's tests with a Node of choice.
 *
 * @param args what to run, the tests of this package by default
 * @returns counts and the names of what failed; or `error`
 */
export async function runTestSuite(node, folder, args = ['--root', root, 'packages/opentracing']) {
  const started = performance.now();
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'result.json');
  // First in PATH, because tests start processes of their own.
  const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}`, NO_COLOR: '1' };
  const options = { log: path.join(folder, 'output.log'), cwd: root, env, timeoutMs };
  try {
    const arguments_ = [vitest, 'run', ...args, '--reporter=json', `--outputFile=${file}`];
    const { status, how, output } = await run(node, arguments_, options);
    if (!existsSync(file)) throw new Error(`vitest ended with ${how} and without a result:\n${output}`);
    const counts = countsOf(JSON.parse(readFileSync(file, 'utf8')));
    // An error outside of all tests fails the run, and no count shows it.
    if (status !== 0 && counts.failures.length === 0) throw new Error(`vitest ended with ${how}:\n${output}`);
    return { ...counts, ms: performance.now() - started };
  } catch (error) {
    return { error: error.message, ms: performance.now() - started };
  }
}

function countsOf({ testResults, numPassedTests, numPendingTests, numTodoTests }) {
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((result) => result.status === 'failed');
    // A file that cannot be loaded has no tests that fail.
    if (status === 'failed' && failed.length === 0) return [`${path.relative(root, name)}: ${message}`];
    return failed.map(
      (result) => `${path.relative(root, name)}: ${result.fullName}: ${beginningOf(result.failureMessages.join('\n'))}`,
    );
  });
  return { passed: numPassedTests, skipped: numPendingTests + numTodoTests, failures };
}

/** What failed is printed for each Node: the message, and where it is thrown, and no frames of the framework. */
function beginningOf(message) {
  return message.split('\n').slice(0, 6).join('\n');
}
