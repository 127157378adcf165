import path from 'node:path';

import { run } from '../harness/processes.mjs';

const contenders = path.join(import.meta.dirname, '..', 'contenders/startup-api');

/** What loading the API package costs a program, in a process of its own each time: nothing is cached but the disk. */
export const rows = [
  {
    name: 'startup-api-require',
    unit: 'ms',
    better: 'less',
    contenders: loads({ ours: 'require-spanwise.cjs', opentracing: 'require-opentracing.cjs' }),
    bars: [{ peer: 'target', ratio: 1 }],
    targets: { target: 5 },
  },
  {
    name: 'startup-api-import',
    unit: 'ms',
    better: 'less',
    contenders: loads({ ours: 'import-spanwise.mjs', opentracing: 'import-opentracing.mjs' }),
    bars: [{ peer: 'opentracing', ratio: 1 / 2 }],
  },
];

function loads(files) {
  return Object.fromEntries(
    Object.entries(files).map(([name, file]) => [name, () => load(path.join(contenders, file))]),
  );
}

async function load(file) {
  return JSON.parse(await run(process.execPath, [file]));
}
