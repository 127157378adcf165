import path from 'node:path';

import { run } from './processes.mjs';

const harness = import.meta.dirname;
const contenders = path.join(harness, '..', 'contenders');

/**
 * A row that measures an operation in nanoseconds. `contenders` names a file under contenders/ for `ours` and for each
 * peer; each is measured in a process of its own in every round.
 */
export function operationRow({ contenders: files, ...row }) {
  const measurers = Object.fromEntries(
    Object.entries(files).map(([name, file]) => [name, () => measure(path.join(contenders, file))]),
  );
  return { unit: 'ns/op', better: 'less', ...row, contenders: measurers };
}

async function measure(file) {
  const output = await run(process.execPath, ['--expose-gc', path.join(harness, 'measure-operation.mjs'), file]);
  return JSON.parse(output);
}
