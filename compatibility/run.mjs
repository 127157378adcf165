// node compatibility/run.mjs [--json] [--only TEXT]
import { parseArgs } from 'node:util';

import { copyChecks } from './checks/copies.mjs';
import { declarationChecks } from './checks/declarations.mjs';
import { jestChecks } from './checks/jest.mjs';
import { whatIsMissing } from './checks/places.mjs';
import { programChecks } from './checks/programs.mjs';

const checks = [...programChecks, ...declarationChecks, ...jestChecks, ...copyChecks];

const options = parseOptions();
const missing = whatIsMissing();
if (missing !== undefined) fail(missing, 1);
const chosen = checks.filter(({ name }) => name.includes(options.only ?? ''));
if (chosen.length === 0) fail(`--only: no check has "${options.only}" in its name`, 2);

const results = [];
for (const [index, check] of chosen.entries()) {
  log(`${index + 1} of ${chosen.length}: ${check.name}`);
  results.push(await attempt(check));
}
log('');
console.log(options.json ? JSON.stringify(results, undefined, 2) : table(results));
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;

async function attempt({ name, run }) {
  try {
    return { name, passed: true, detail: await run() };
  } catch (error) {
    return { name, passed: false, detail: error.message };
  }
}

function table(rows) {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const lines = rows.map(({ name, passed, detail }) => {
    const indented = passed ? detail : detail.replaceAll('\n', '\n    ');
    return `${passed ? 'ok    ' : 'FAILED'}  ${name.padEnd(width)}  ${indented}`;
  });
  const failed = rows.filter(({ passed }) => !passed).length;
  return [...lines, `${rows.length} checks, ${failed} failed`].join('\n');
}

function parseOptions() {
  try {
    return parseArgs({ options: { json: { type: 'boolean' }, only: { type: 'string' } } }).values;
  } catch (error) {
    return fail(`${error.message}\nusage: node compatibility/run.mjs [--json] [--only TEXT]`, 2);
  }
}

function fail(message, status) {
  console.error(message);
  process.exit(status);
}

/** Progress goes where it disturbs nobody who reads the result. */
function log(message) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${message}`);
}
