// Records traces of the shop with one fault or none, for the tests of the findings:
//   npm run -w examples/shop record -- --fault NAME
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';

import type { TraceColumns } from '@spanwise/wire/query';

import { faults } from './faults.ts';
import type { Fault } from './faults.ts';
import { watchShop } from './watched-shop.ts';

const mostTraces = 60;

const names: readonly string[] = [...Object.keys(faults), 'none'];
const help = `Usage: npm run -w examples/shop record -- [options]

Runs the shop with a collector of its own under load, reads its traces back through the collector's API, and writes the first
${mostTraces} of them to FOLDER/FAULT.json.gz.

  --fault NAME   what is planted: ${names.join(', ')}; may be given again (default: one recording of each)
  --rate 4       requests per second
  --warm-up 10   seconds under load before
  --into FOLDER  where recordings go (default packages/spanwise/test/shop-recordings)
`;

const { values } = parseArgs({
  options: {
    fault: { type: 'string', multiple: true },
    rate: { type: 'string', default: '4' },
    'warm-up': { type: 'string', default: '10' },
    into: { type: 'string', default: '../../packages/spanwise/test/shop-recordings' },
    help: { type: 'boolean', default: false },
  },
});
const wanted = values.fault ?? names;
const warmUpSeconds = Number(values['warm-up']);
const requestsPerSecond = Number(values.rate);
const unknown = wanted.find((name) => !names.includes(name));
if (values.help || unknown !== undefined || !(warmUpSeconds >= 0 && requestsPerSecond > 0)) {
  console.log(help);
  process.exitCode = values.help ? 0 : 2;
} else {
  for (const name of wanted) await record(name);
}

async function record(name: string): Promise<void> {
  const plan = {
    faults: name === 'none' ? [] : [name as Fault],
    requestsPerSecond,
    warmUpMillis: warmUpSeconds * 1000,
    watchMillis: ((mostTraces + requestsPerSecond) / requestsPerSecond) * 1000,
  };
  const traces = await watchShop(plan, (watched) => watched.traces.slice(0, mostTraces));
  mkdirSync(values.into, { recursive: true });
  const file = path.join(values.into, `${name}.json.gz`);
  writeFileSync(file, packed(traces));
  console.log(`${traces.length} traces in ${file}`);
}

/** A line for each trace, so that tools show them. */
function packed(traces: readonly TraceColumns[]): Buffer {
  return gzipSync(`[\n${traces.map((trace) => JSON.stringify(trace)).join(',\n')}\n]\n`, { level: 9 });
}
