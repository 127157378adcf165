// npm run bench -- [--json] [--only NAME] [--rounds N]
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';

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

const options = parseOptions();
const modules = await Promise.all(files.map(async (file) => ({ file, ...(await import(`./rows/${file}.mjs`)) })));
const rows = modules.flatMap(({ file, rows: all }) =>
  all.filter(({ name }) => options.only === undefined || options.only === file || options.only === name),
);
if (rows.length === 0) usage(`--only: no row is called ${options.only}; there are ${files.join(', ')}`);

const results = [];
for (const row of rows) {
  results.push(await attempt(row, options.rounds ?? row.rounds ?? defaultRounds));
}
const versions = Object.assign({}, ...results.map((result) => result.versions));
for (const result of results) delete result.versions;
const result = { node: process.version, cpu: `${cpus().length} × ${cpus()[0].model}`, versions, rows: results };
console.log(options.json ? JSON.stringify(result, undefined, 2) : table(result));

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

function parseOptions() {
  try {
    const { values } = parseArgs({
      options: { json: { type: 'boolean' }, only: { type: 'string' }, rounds: { type: 'string' } },
    });
    const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
    if (rounds !== undefined && !(Number.isInteger(rounds) && rounds >= 1))
      usage(`--rounds must be a whole number from 1 on: was ${values.rounds}`);
    return { json: values.json ?? false, only: values.only, rounds };
  } catch (error) {
    return usage(error.message);
  }
}

function usage(message) {
  console.error(`${message}\nusage: npm run bench -- [--json] [--only NAME] [--rounds N]`);
  process.exit(2);
}

/** Progress goes where it disturbs nobody who reads the object. */
function log(message) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${message}`);
}
