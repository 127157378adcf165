import assert from 'node:assert';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { both, home } from './places.mjs';
import { runProgram } from './run-program.mjs';

export const jestChecks = [
  {
    name: 'jest: a test suite with spyOn and MockTracer passes over npm opentracing and over this package',
    run: async () => {
      const npm = passed(await runJest('npm', 'doubles.test.cjs'));
      const ours = passed(await runJest('this', 'doubles.test.cjs'));
      assert.deepStrictEqual(ours, npm);
      return `${npm.length} tests, twice`;
    },
  },
  {
    // The original's modules need each other in a circle that Jest's own order of loading breaks.
    name: "jest: jest.mock('opentracing') makes a mock of this package, which it cannot of npm opentracing",
    run: async () => {
      const ours = passed(await runJest('this', 'automock.test.cjs'));
      const npm = await runJest('npm', 'automock.test.cjs');
      assert.strictEqual(npm.numRuntimeErrorTestSuites, 1);
      assert.match(npm.testResults[0].message, /Object prototype may only be an Object or null: undefined/);
      return `${ours.length} tests; over npm the suite does not load`;
    },
  },
];

/** Runs a test in a folder where `opentracing` is the one that `which` names, as installed: no mapping. */
async function runJest(which, file) {
  const directory = mkdtempSync(path.join(tmpdir(), 'opentracing-jest-'));
  try {
    mkdirSync(path.join(directory, 'node_modules'));
    symlinkSync(both[which], path.join(directory, 'node_modules/opentracing'));
    copyFileSync(path.join(home, 'jest', file), path.join(directory, file));
    const config = { testEnvironment: 'node', testMatch: ['**/*.test.cjs'], transform: {}, watchman: false };
    writeFileSync(path.join(directory, 'package.json'), JSON.stringify({ private: true, jest: config }));
    const report = path.join(directory, 'report.json');
    const jest = path.join(home, 'node_modules/jest/bin/jest.js');
    const { stderr } = await runProgram([jest, '--runInBand', '--no-cache', '--json', '--outputFile', report], {
      cwd: directory,
      env: { EXPECTED_PACKAGE: JSON.parse(readFileSync(path.join(both[which], 'package.json'), 'utf8')).name },
    });
    return JSON.parse(read(report) ?? assert.fail(`jest wrote no report:\n${stderr}`));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function passed(report) {
  const messages = report.testResults.map(({ message }) => message).join('\n');
  assert(report.success && report.numTotalTests > 0, messages);
  return report.testResults.flatMap(({ assertionResults }) => assertionResults.map(({ fullName }) => fullName));
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
