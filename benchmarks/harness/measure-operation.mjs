// The process of one contender in one round: `node measure-operation.mjs CONTENDER.mjs` prints { value, details, versions }:
// nanoseconds of an operation, and of CPU time of all threads (garbage collection and compilation among them), which a busy
// machine disturbs less.
//
// A contender exports `async function prepare()` that gives `{ operation, versions? }`. `operation` does the work once and returns a
// number that depends on the result; the numbers are added up and printed, so nothing can be optimised away.
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { median } from './statistics.mjs';

const warmUpCpuMillis = 500;
const batchMillis = 60;
const batches = 9;

const { prepare } = await import(pathToFileURL(path.resolve(process.argv[2])));
const { operation, versions = {} } = await prepare();

let sink = 0;
const perBatch = warmUp();
globalThis.gc?.();
const cpuBefore = cpuMillis();
const nanos = Array.from({ length: batches }, () => nanosPerOperation(perBatch));
const cpuNanos = ((cpuMillis() - cpuBefore) * 1e6) / (batches * perBatch);
console.log(JSON.stringify({ value: median(nanos), details: { cpuNanos }, versions, sink }));
process.exit(0);

/** Runs until the code is hot, by CPU time: on a busy machine a second may be a hundredth. Gives how many operations take `batchMillis`. */
function warmUp() {
  const until = cpuMillis() + warmUpCpuMillis;
  let count = 16;
  let nanos = nanosPerOperation(count);
  while (cpuMillis() < until) {
    count = Math.max(16, Math.round((20 * 1e6) / nanos));
    nanos = nanosPerOperation(count);
  }
  return Math.max(16, Math.round((batchMillis * 1e6) / nanos));
}

function cpuMillis() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function nanosPerOperation(count) {
  const started = process.hrtime.bigint();
  let sum = 0;
  for (let turn = 0; turn < count; turn++) sum = (sum + operation()) | 0;
  sink = (sink + sum) | 0;
  return Number(process.hrtime.bigint() - started) / count;
}
