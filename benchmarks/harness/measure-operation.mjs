// The process of one contender in one round: `node measure-operation.mjs CONTENDER.mjs` prints { nanos, versions }.
//
// A contender exports `async function prepare()` that gives `{ operation, versions? }`. `operation` does the work once and returns a
// number that depends on the result; the numbers are added up and printed, so nothing can be optimised away.
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { median } from './statistics.mjs';

const warmUpMillis = 400;
const batchMillis = 60;
const batches = 9;

const { prepare } = await import(pathToFileURL(path.resolve(process.argv[2])));
const { operation, versions = {} } = await prepare();

let sink = 0;
const perBatch = warmUp();
globalThis.gc?.();
const nanos = Array.from({ length: batches }, () => nanosPerOperation(perBatch));
console.log(JSON.stringify({ value: median(nanos), versions, sink }));
process.exit(0);

/** Runs until the code is hot, and gives how many operations take `batchMillis`. */
function warmUp() {
  const until = performance.now() + warmUpMillis;
  let count = 16;
  let nanos = nanosPerOperation(count);
  while (performance.now() < until) {
    count = Math.max(16, Math.round((20 * 1e6) / nanos));
    nanos = nanosPerOperation(count);
  }
  return Math.max(16, Math.round((batchMillis * 1e6) / nanos));
}

function nanosPerOperation(count) {
  const started = process.hrtime.bigint();
  let sum = 0;
  for (let turn = 0; turn < count; turn++) sum = (sum + operation()) | 0;
  sink = (sink + sum) | 0;
  return Number(process.hrtime.bigint() - started) / count;
}
