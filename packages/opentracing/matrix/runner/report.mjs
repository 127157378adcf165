import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { columnFailures } from './columns.mjs';

const docs = path.join(import.meta.dirname, '../../../../docs/runtimes.md');
const testsColumn = 'whole test suite';

/** One line or a few about what a runtime did, for the terminal. */
export function summaryOf({ unavailable, error, report, tests, ms }) {
  if (unavailable !== undefined) return `  cannot be had: ${unavailable}`;
  const lines = [error === undefined ? `passed: ${countOf(report.results)}` : `failed: ${firstLine(error)}`];
  lines[0] += ` in ${seconds(ms)}`;
  for (const { part, reason } of report?.unavailable ?? []) lines.push(`${part} not available: ${reason}`);
  if (tests !== undefined) lines.push(`${testsColumn}: ${cellOfTests(tests)} passed in ${seconds(tests.ms)}`);
  return lines.map((line) => `  ${line}`).join('\n');
}

/** Whether a runtime must be had: all of them in CI, and what was asked for by name, of which another is none. */
export function mustBeHad({ kind }, { all, env }) {
  const isCi = !['', 'false'].includes(env.CI ?? '');
  return isCi || !all || (kind === 'chromium' && (env.CHROMIUM ?? '') !== '');
}

/**
 * Everything that makes the matrix fail, with what the runtime said.
 *
 * @param mustBeHad whether it is a failure when there is no such runtime
 */
export function failuresOf({ runtime, unavailable, error, report, tests }, mustBeHad) {
  const failures = [];
  if (unavailable !== undefined && mustBeHad) failures.push(`cannot be had: ${unavailable}`);
  if (error !== undefined) failures.push(error);
  for (const result of report?.results ?? [])
    if (result.error !== undefined) failures.push(`${result.part}: ${result.name}: ${result.error}`);
  if (report !== undefined) failures.push(...columnFailures(runtime.name, report));
  if (tests?.error !== undefined) failures.push(`${testsColumn}: ${tests.error}`);
  for (const failure of tests?.failures ?? []) failures.push(`${testsColumn}: ${failure}`);
  return failures.map((failure) => `${runtime.title}: ${failure}`);
}

/** The table: a row for each runtime, a column for each part of the suite. */
export function tableOf(outcomes) {
  const parts = partsOf(outcomes);
  const header = ['runtime', ...parts, testsColumn];
  const rows = outcomes.map((outcome) => [
    titleOf(outcome),
    ...parts.map((part) => cellOf(outcome, part)),
    lastCell(outcome),
  ]);
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Writes the table where all runtimes ran and passed; else the document stays as it is, and the terminal says why. */
export function writeDocs(outcomes, { isComplete, hasFailures }) {
  const missing = outcomes.filter(({ unavailable }) => unavailable !== undefined).map(({ runtime }) => runtime.title);
  if (!isComplete) return leave('not all runtimes were asked for');
  if (missing.length > 0) return leave(`there was no ${missing.join(', no ')}`);
  if (hasFailures) return leave('something failed');
  const text = documentOf(outcomes);
  if (existsSync(docs) && readFileSync(docs, 'utf8') === text) return console.log('docs/runtimes.md is up to date');
  writeFileSync(docs, text);
  console.log('docs/runtimes.md is written');
}

function leave(reason) {
  console.log(`docs/runtimes.md is left alone: ${reason}`);
}

function documentOf(outcomes) {
  return `# Runtimes

Written by \`npm run test:matrix\`; do not edit. The first number is of cases that passed: the conformance suite of
\`@spanwise/opentracing\` and what differs between platforms, bundled and run on each runtime itself. "impossible" are cases
that the scope manager cannot pass there: each was tried, and has to fail as declared. "absent" are those that the runtime
lacks the means for. A scope manager is a column, and each runs the conformance suite, the cases of opentracing-python's
harness, and the testbed, all with the same cases; where a runtime lacks what the manager needs, its cell says what. A column
that is missing where it is not listed as lacking, or lacks a suite or a case of one, fails the run. "${testsColumn}" is the package's vitest suite, which needs
Node.

${tableOf(outcomes)}

Bun and Node run a file, Deno one without any permission; workerd has the compatibility flag \`nodejs_als\` and no other;
Chromium runs a bundle without a \`node:\` import, under a content security policy without \`eval\`. All of them can be asked
to collect garbage. Where a runtime has no \`AsyncContext\` of its own, its manager runs over a substitute of
AsyncLocalStorage, and the cell says so. zone.js is the one for browsers on all of them; \`zone.js/node\` is run by the tests of
the package. It counts as absent what zone.js breaks: on Node the ports of workers, on Deno \`callbackify\`. Libraries: effect ${versionOf('effect')} and ${versionOf('effect-3')}, zone.js ${versionOf('zone.js')}.
`;
}

function versionOf(name) {
  const { devDependencies } = JSON.parse(readFileSync(path.join(import.meta.dirname, '../../package.json'), 'utf8'));
  return devDependencies[name].split('@').at(-1);
}

function partsOf(outcomes) {
  const reports = outcomes.flatMap(({ report }) => report ?? []);
  return [
    ...new Set(reports.flatMap(({ results, unavailable }) => [...results, ...unavailable]).map(({ part }) => part)),
  ];
}

function titleOf({ runtime, version }) {
  return version === undefined ? runtime.title : `${runtime.title} ${version}`;
}

function cellOf({ unavailable, error, report }, part) {
  // The reason is long and was printed above; a table with such a row never gets into the document.
  if (unavailable !== undefined) return 'not available';
  if (error !== undefined) return 'failed';
  const missing = report.unavailable.find((candidate) => candidate.part === part);
  if (missing !== undefined) return `not available: ${missing.reason}`;
  const note = report.notes.find((candidate) => candidate.part === part);
  const count = countOf(report.results.filter((result) => result.part === part));
  return note === undefined ? count : `${count} (${note.note})`;
}

function lastCell({ tests }) {
  return tests === undefined ? '–' : cellOfTests(tests);
}

function cellOfTests({ error, passed, skipped, failures }) {
  if (error !== undefined) return 'failed';
  const count = failures.length === 0 ? `${passed}` : `${passed} of ${passed + failures.length}`;
  return skipped === 0 ? count : `${count}, ${skipped} skipped`;
}

/** What passed, of those that could; then what is impossible and what is absent, which did not pass. */
function countOf(results) {
  const count = (outcome) => results.filter((result) => result.outcome === outcome).length;
  const [passed, failed] = [count('passed'), count('failed')];
  const others = ['impossible', 'absent'].filter((outcome) => count(outcome) > 0);
  return [
    failed === 0 ? `${passed}` : `${passed} of ${passed + failed}`,
    ...others.map((outcome) => `${count(outcome)} ${outcome}`),
  ].join(', ');
}

function firstLine(text) {
  return text.split('\n', 1)[0];
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
