// Holds docs/compatibility.md to the tests: every test that it names exists, ran and passed; every row has a test or a
// reason; no feature that it must have is forgotten; every link leads to a file.
//
//   node build/compatibility.mjs [--report FILE] [--table FILE] [--features FILE]
//
// FILE of --report is what `vitest run --reporter=json --outputFile=FILE` wrote. Without it, the named files are run.
//
// A row of a table whose last heading is "shown by" says there either links, `[describe > test](../path/x.test.ts)`, or a
// reason that begins with "not here:" or "not yet:". A link whose text is a `describe` alone stands for all tests in it.
// The comment in its first cell has the numbers of the features that it covers. build/compatibility-rows.json has them
// all: for "must" a reason is no answer, "should" has a row with either, "may" need not have one.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { root } from './workspaces.mjs';

const tableFile = path.resolve(option('--table') ?? path.join(root, 'docs/compatibility.md'));
const featuresFile = option('--features') ?? path.join(root, 'build/compatibility-rows.json');
const folder = path.dirname(tableFile);
const text = readFileSync(tableFile, 'utf8');
const rows = rowsOf(text);
const problems = [];

checkLinks();
checkFeatures();
checkProofs();
problems.sort((one, other) => one.line - other.line);
for (const { line, message } of problems) console.error(`${path.relative(root, tableFile)}:${line}: ${message}`);
const counts = { tests: 0, reasons: 0, open: 0 };
for (const { tests, reason } of rows) {
  if (tests.length > 0) counts.tests += 1;
  else if (reason.startsWith('not yet:')) counts.open += 1;
  else counts.reasons += 1;
}
console.log(`${rows.length} rows: ${counts.tests} with tests, ${counts.reasons} with a reason, ${counts.open} not yet`);
process.exit(problems.length === 0 ? 0 : 1);

function option(name) {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}

function problem(line, message) {
  problems.push({ line, message });
}

/** The rows of all tables whose last heading is "shown by". */
function rowsOf(markdown) {
  const found = [];
  let inTable = false;
  for (const [index, line] of markdown.split('\n').entries()) {
    if (!line.startsWith('|')) {
      inTable = false;
      continue;
    }
    const cells = line
      .trim()
      .slice(1, -1)
      .split(/(?<!\\)\|/);
    const last = cells.at(-1).trim();
    if (last === 'shown by') inTable = true;
    else if (inTable && !/^[-:\s]+$/.test(last)) found.push(rowOf(index + 1, cells[0], last));
  }
  return found;
}

function rowOf(line, first, proof) {
  const numbers = (/<!--([\d, ]+)-->/.exec(first)?.[1] ?? '').split(',').filter((each) => each.trim() !== '');
  const tests = [...proof.matchAll(/\[((?:\\.|[^\]\\])+)\]\(([^)#]+\.test\.ts)\)/g)].map(([, title, link]) => ({
    title: title.replace(/\\([!-/:-@[-`{-~])/g, '$1'),
    file: path.resolve(folder, link),
  }));
  return { line, numbers: numbers.map(Number), tests, reason: proof };
}

function checkLinks() {
  for (const [index, line] of text.split('\n').entries()) {
    for (const [, link] of line.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(link) || link.startsWith('#')) continue;
      if (!existsSync(path.resolve(folder, link.split('#')[0]))) problem(index + 1, `no such file: ${link}`);
    }
  }
}

function checkFeatures() {
  const { must, should, may } = JSON.parse(readFileSync(featuresFile, 'utf8'));
  const known = new Set([...must, ...should, ...may]);
  const covered = new Map();
  for (const { line, numbers, tests, reason } of rows) {
    if (numbers.length === 0)
      problem(line, 'the first cell has no comment with the numbers of features: <!-- 12, 13 -->');
    for (const number of numbers) covered.set(number, line);
    if (tests.length === 0 && !/^not (here|yet): \S/.test(reason)) {
      problem(line, 'neither a link to a test nor a reason ("not here: …", "not yet: …")');
    }
    const unknown = numbers.filter((number) => !known.has(number));
    if (unknown.length > 0) problem(line, `no features have the numbers ${unknown.join(', ')}`);
    const missing = numbers.filter((number) => must.includes(number));
    const [, excuse] = /^(not (?:here|yet)):/.exec(reason) ?? [];
    if (excuse !== undefined && missing.length > 0)
      problem(line, `"${excuse}" is no answer for what must be there: ${missing.join(', ')}`);
  }
  const forgotten = [...must, ...should].filter((number) => !covered.has(number)).sort((one, other) => one - other);
  if (forgotten.length > 0) problem(1, `features without a row: ${forgotten.join(', ')}`);
}

function checkProofs() {
  const files = readReport([...new Set(rows.flatMap(({ tests }) => tests.map(({ file }) => file)))]);
  const checked = new Set();
  for (const { line, tests } of rows) {
    for (const { title, file } of tests) {
      if (!existsSync(file) || checked.has(`${line} ${file} ${title}`)) continue;
      checked.add(`${line} ${file} ${title}`);
      const message = complaint(files, file, title);
      if (message !== undefined) problem(line, message);
    }
  }
}

/** What is wrong with a named test, or nothing. */
function complaint(files, file, title) {
  const shown = path.relative(root, file);
  const run = files.get(file);
  if (run === undefined) return `${shown} was not run; named for "${title}"`;
  const named = run.tests.filter((each) => each.title === title || each.title.startsWith(`${title} > `));
  if (named.length === 0) {
    if (run.tests.length === 0)
      return `${shown} could not be loaded; named for "${title}": ${run.message.split('\n')[0]}`;
    return `no test "${title}" in ${shown}${hint(files, file, title)}`;
  }
  const failing = named.find(({ status }) => status !== 'passed');
  if (failing === undefined) return undefined;
  const what =
    failing.status === 'failed'
      ? 'failed'
      : `did not run (${failing.status}); the tests of the dependents need \`npm run dependents:install\``;
  return `the test "${failing.title}" in ${shown} ${what}`;
}

function hint(files, file, title) {
  for (const [other, { tests }] of files) {
    if (other !== file && tests.some((each) => each.title === title)) {
      return `; it is in ${path.relative(root, other)} now`;
    }
  }
  // A group may be meant.
  const titles = files.get(file).tests.flatMap((each) => [each.title, ...groupsOf(each.title)]);
  const near = titles.map((each) => [distance(each, title), each]).sort(([one], [other]) => one - other)[0];
  return near === undefined ? '' : `; the nearest is "${near[1]}"`;
}

/** The titles of the groups that a test is in. */
function groupsOf(title) {
  const parts = title.split(' > ');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join(' > '));
}

/** How many characters have to be put in, taken out or replaced to make one text of the other. */
function distance(one, other) {
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const current = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = previous[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1);
      current.push(Math.min(replaced, previous[j] + 1, current[j - 1] + 1));
    }
    previous = current;
  }
  return previous[other.length];
}

/** By absolute path: the tests of each file, and why it could not be loaded. */
function readReport(files) {
  const given = option('--report');
  const report = given === undefined ? runTests(files) : JSON.parse(readFileSync(given, 'utf8'));
  return new Map(
    report.testResults.map(({ name, message, assertionResults }) => [
      path.resolve(name),
      {
        message: message ?? '',
        tests: assertionResults.map(({ ancestorTitles, title, status }) => ({
          title: [...ancestorTitles.filter((each) => each !== ''), title].join(' > '),
          status,
        })),
      },
    ]),
  );
}

function runTests(files) {
  const existing = files.filter((file) => existsSync(file)).map((file) => path.relative(root, file));
  if (existing.length === 0) return { testResults: [] };
  const temporary = mkdtempSync(path.join(tmpdir(), 'spanwise-compatibility-'));
  const output = path.join(temporary, 'report.json');
  console.error(`running ${existing.length} test files`);
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const { stderr } = spawnSync(
    process.execPath,
    [vitest, 'run', '--reporter=json', `--outputFile=${output}`, ...existing],
    { cwd: root, encoding: 'utf8', maxBuffer: 1e9 },
  );
  if (!existsSync(output)) {
    console.error(`vitest wrote no report\n${stderr}`);
    process.exit(1);
  }
  const report = JSON.parse(readFileSync(output, 'utf8'));
  rmSync(temporary, { recursive: true });
  return report;
}
