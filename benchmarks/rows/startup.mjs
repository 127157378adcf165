import { createRequire } from 'node:module';
import path from 'node:path';

import { ddTrace, versions as ddTraceVersions } from '../contenders/dd-trace-package.mjs';
import { run } from '../harness/processes.mjs';
import { median } from '../harness/statistics.mjs';

const require = createRequire(import.meta.url);
const root = path.join(import.meta.dirname, '..');
const contenders = path.join(root, 'contenders', 'startup');
const pairs = 5;

/**
 * What tracing adds to a process that does nothing, from its start to its end: medians of five processes with the flag
 * and of five without, in turn. `untilMainMillis` is what it adds before the application's first line.
 */
export const rows = [
  {
    name: 'startup',
    unit: 'ms',
    better: 'less',
    contenders: {
      ours: () => added(['--import', '@spanwise/node/register']),
      'dd-trace': () => added(['--require', `${ddTrace}/init`], ddTraceVersions),
      'opentelemetry-http': () =>
        added(['--import', path.join(contenders, 'opentelemetry.mjs')], {
          '@opentelemetry/sdk-trace-base': require('@opentelemetry/sdk-trace-base/package.json').version,
          '@opentelemetry/instrumentation-http': require('@opentelemetry/instrumentation-http/package.json').version,
        }),
    },
    targets: { '40 ms': 40 },
    bars: [{ peer: '40 ms', ratio: 1 }],
  },
];

async function added(flags, versions) {
  const plain = [];
  const traced = [];
  for (let pair = 0; pair < pairs; pair++) {
    plain.push(await runOnce([]));
    traced.push(await runOnce(flags));
  }
  const difference = (key) => median(traced.map((one) => one[key])) - median(plain.map((one) => one[key]));
  return {
    value: difference('millis'),
    details: { untilMainMillis: difference('untilMainMillis'), cpuMillis: difference('cpuMillis') },
    ...(versions && { versions }),
  };
}

/** Its standard error is left out: dd-trace says there that it finds no agent. */
async function runOnce(flags) {
  const started = performance.now();
  const output = await run(process.execPath, [...flags, path.join(contenders, 'application.cjs')], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const millis = performance.now() - started;
  return { millis, ...JSON.parse(output.trim().split('\n').at(-1)) };
}
