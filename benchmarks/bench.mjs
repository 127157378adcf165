// npm run bench -- [--json] [--results] [--only NAME] [--rounds N] [--node 24 | PATH]
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { peerFile } from './harness/peers-cache.mjs';
import { checkMachine, mergeResults } from './harness/results.mjs';
import { commit, machine } from './harness/run-facts.mjs';
import { failedRow, runRow } from './harness/run-row.mjs';
import { table } from './harness/table.mjs';

/** In the order of printing; a file may hold several rows. */
const files = [
  'span-life',
  'span-unsampled',
  'noop',
  'encode-otlp',
  'encode-zipkin',
  'pipeline-otlp',
  'inject-extract-w3c',
  'inject-extract-b3',
  'startup-api',
  'startup',
  'http-server',
  'collector-ingest',
];
const defaultRounds = 15;
const resultsFile = path.join(import.meta.dirname, 'RESULTS.md');

const options = parseOptions();
if (options.node !== undefined) await runOn(options.node);
else await bench();

async function bench() {
  const modules = await Promise.all(files.map(async (file) => ({ file, ...(await import(`./rows/${file}.mjs`)) })));
  const order = modules.flatMap(({ rows }) => rows.map(({ name }) => name));
  const chosen = modules.flatMap(({ file, rows }) =>
    rows.filter(({ name }) => options.only === undefined || options.only === file || options.only === name),
  );
  if (chosen.length === 0) usage(`--only: no row is called ${options.only}; there are ${files.join(', ')}`);
  const save = options.results ? saver(order) : () => {};
  const results = [];
  for (const row of chosen) {
    const result = await attempt(row, options.rounds ?? row.rounds ?? defaultRounds);
    save(result);
    results.push(result);
  }
  const versions = Object.assign({}, ...results.map((result) => result.versions));
  for (const result of results) delete result.versions;
  const all = { node: process.version, cpu: `${cpus().length} × ${cpus()[0].model}`, versions, rows: results };
  console.log(options.json ? JSON.stringify(all, undefined, 2) : table(all));
}

/** Puts each row into RESULTS.md when it is measured: a run that is stopped has not been in vain. */
function saver(order) {
  const run = { machine: machine(), node: process.version, commit: commit(path.basename(resultsFile)) };
  const before = () => (existsSync(resultsFile) ? readFileSync(resultsFile, 'utf8') : '');
  try {
    checkMachine(before(), run.machine);
  } catch (error) {
    usage(error.message);
  }
  return (row) => {
    const date = new Date().toISOString().slice(0, 10);
    writeFileSync(resultsFile, mergeResults(before(), { ...run, date, rows: [row] }, order));
  };
}

/** A row that fails costs its own figures and the exit status, not those of the other rows. */
async function attempt(row, rounds) {
  try {
    return await runRow(row, { rounds, log });
  } catch (error) {
    console.error(`${row.name}: ${error.stack}`);
    process.exitCode = 1;
    return failedRow(row, rounds, error);
  }
}

/** The same run in another Node, which then starts the contenders too. */
async function runOn(node) {
  const args = process.argv.slice(2).filter((arg, at, all) => !arg.startsWith('--node') && all[at - 1] !== '--node');
  const child = spawn(node, [import.meta.filename, ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise((resolve) => {
    child.once('error', (error) => usage(`--node: ${node} could not be started: ${error.message}`));
    child.once('exit', (status) => resolve(status ?? 1));
  });
}

function parseOptions() {
  try {
    const { values } = parseArgs({
      options: {
        json: { type: 'boolean' },
        results: { type: 'boolean' },
        only: { type: 'string' },
        rounds: { type: 'string' },
        node: { type: 'string' },
      },
    });
    const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
    if (rounds !== undefined && !(Number.isInteger(rounds) && rounds >= 1))
      usage(`--rounds must be a whole number from 1 on: was ${values.rounds}`);
    return { ...values, rounds, node: nodeBinary(values.node) };
  } catch (error) {
    return usage(error.message);
  }
}

/** A path as it is; of a major version the binary in the cache, where CI puts it too. */
function nodeBinary(node) {
  if (node === undefined || !/^\d+$/.test(node)) return node;
  const binary = peerFile(path.join(`node${node}`, 'node_modules', '.bin', 'node'));
  const folder = `"\${XDG_CACHE_HOME:-$HOME/.cache}/spanwise-peers/node${node}"`;
  return binary ?? usage(`--node ${node}: it is not there yet: npm install --prefix ${folder} node@${node}`);
}

function usage(message) {
  console.error(
    `${message}\nusage: npm run bench -- [--json] [--results] [--only NAME] [--rounds N] [--node 24 | PATH]`,
  );
  process.exit(2);
}

/** Progress goes where it disturbs nobody who reads the object. */
function log(message) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${message}`);
}
