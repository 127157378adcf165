// A contender exports `async function prepare()` that gives `{ operation, unitsPerOperation?, versions? }`, or `{ absent: 'why' }` where it
// cannot be had. `operation` does the work once (or `unitsPerOperation` times, which figures are divided by) and returns a number that
// depends on the result; the numbers are added up and printed, so nothing can be optimised away.
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const warmUpCpuMillis = 500;
const warmUpBatchMillis = 20;

/**
 * The contender in a file, as `{ run, unitsPerOperation, versions }`; `run(count)` gives the nanoseconds of an operation.
 * One that is absent is printed as such, and the process ends.
 */
export async function prepared(file) {
  const { prepare } = await import(pathToFileURL(path.resolve(file)));
  const { absent, operation, unitsPerOperation = 1, versions = {} } = await prepare();
  if (absent !== undefined) {
    console.log(JSON.stringify({ absent }));
    process.exit(0);
  }
  let sink = 0;
  const run = (count) => {
    const started = process.hrtime.bigint();
    let sum = 0;
    for (let turn = 0; turn < count; turn++) sum = (sum + operation()) | 0;
    sink = (sink + sum) | 0;
    return Number(process.hrtime.bigint() - started) / count;
  };
  run.sink = () => sink;
  return { run, unitsPerOperation, versions };
}

/** Runs until the code is hot, by CPU time: on a busy machine a second may be a hundredth. Gives the nanoseconds of an operation. */
export function warmUp(run) {
  const until = cpuMillis() + warmUpCpuMillis;
  let nanos = run(16);
  while (cpuMillis() < until) nanos = run(Math.max(1, Math.round((warmUpBatchMillis * 1e6) / nanos)));
  return nanos;
}

export function cpuMillis() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
