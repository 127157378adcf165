import path from 'node:path';

import { run } from './processes.mjs';

const harness = import.meta.dirname;
const contenders = path.join(harness, '..', 'contenders');

/**
 * A row that measures an operation in nanoseconds. `contenders` names a file under contenders/ for `ours` and for each
 * peer; each is measured in a process of its own in every round, and once more for what it allocates.
 */
export function operationRow({ contenders: files, ...row }) {
  const measurers = (measure) =>
    Object.fromEntries(
      Object.entries(files).map(([name, file]) => [name, () => measure(path.resolve(contenders, file))]),
    );
  return { unit: 'ns/op', better: 'less', ...row, contenders: measurers(timing), detailsOnce: measurers(allocation) };
}

async function timing(file) {
  return measured(['--expose-gc'], 'measure-operation.mjs', file);
}

async function allocation(file) {
  const flags = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64'];
  const { allocatedBytes } = await measured(flags, 'measure-allocation.mjs', file);
  return { allocatedBytes };
}

async function measured(flags, program, file) {
  return JSON.parse(await run(process.execPath, [...flags, path.join(harness, program), file]));
}
