// Bytes that one contender allocates on V8's heap: `node --expose-gc --min-semi-space-size=64 --max-semi-space-size=64
// measure-allocation.mjs CONTENDER.mjs` prints { allocatedBytes } of an operation. Not in the process that is timed: with
// so large a young generation nothing is collected between two readings, which is not how programs run.
import { prepared, warmUp } from './operation.mjs';
import { median } from './statistics.mjs';

const unitsPerReading = 2000;
const readings = 20;

const { run, unitsPerOperation } = await prepared(process.argv[2]);
warmUp(run);
const operations = Math.ceil(unitsPerReading / unitsPerOperation);
const bytes = Array.from({ length: readings }, () => allocatedBytes() / (operations * unitsPerOperation));
console.log(JSON.stringify({ allocatedBytes: median(bytes), sink: run.sink() }));
process.exit(0);

function allocatedBytes() {
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  run(operations);
  return process.memoryUsage().heapUsed - before;
}
