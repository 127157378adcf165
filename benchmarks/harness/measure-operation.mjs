// The process of one contender in one round: `node measure-operation.mjs CONTENDER.mjs` prints { value, details, versions }:
// nanoseconds of an operation, and of CPU time of all threads (garbage collection and compilation among them), which a busy
// machine disturbs less.
import { cpuMillis, prepared, warmUp } from './operation.mjs';
import { median } from './statistics.mjs';

const batchMillis = 60;
const batches = 9;

const { run, unitsPerOperation, versions } = await prepared(process.argv[2]);
const perBatch = Math.max(1, Math.round((batchMillis * 1e6) / warmUp(run)));
globalThis.gc?.();
const cpuBefore = cpuMillis();
const nanos = Array.from({ length: batches }, () => run(perBatch) / unitsPerOperation);
const cpuNanos = ((cpuMillis() - cpuBefore) * 1e6) / (batches * perBatch * unitsPerOperation);
console.log(JSON.stringify({ value: median(nanos), details: { cpuNanos }, versions, sink: run.sink() }));
process.exit(0);
