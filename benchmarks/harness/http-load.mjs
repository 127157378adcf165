import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { run } from './processes.mjs';

const connections = 50;
const autocannon = path.join(import.meta.dirname, '..', 'node_modules', 'autocannon', 'autocannon.js');

/** wrk where it is installed: it needs a fifth of the CPU, and a load generator must not be what is measured. */
export const loadGenerator = spawnSync('wrk', ['--version']).error === undefined ? 'wrk' : 'autocannon';

/** Loads a URL from a process of its own. Gives `{ requestsPerSecond, p99Millis }`; throws when a request fails. */
export async function httpLoad(url, seconds, cores) {
  return loadGenerator === 'wrk' ? wrk(url, seconds, cores) : cannon(url, seconds, cores);
}

/** The command line that keeps a program on one core, where that can be done and there is a second one. */
export function onCore(core, command, args) {
  return canPin ? ['taskset', ['-c', String(core), command, ...args]] : [command, args];
}

export const canPin = spawnSync('taskset', ['-c', '1', 'true']).status === 0;

async function wrk(url, seconds, core) {
  const args = ['--latency', '--timeout', '30s', '-t1', `-c${connections}`, `-d${seconds}s`, url];
  const output = await run(...onCore(core, 'wrk', args));
  const errors = /Socket errors.*|Non-2xx.*/.exec(output);
  if (errors) throw new Error(`${url}: ${errors[0]}`);
  return {
    requestsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)[1]),
    p99Millis: millis(/99%\s+([\d.]+)(us|ms|s)/.exec(output)),
  };
}

function millis([, amount, unit]) {
  return Number(amount) * { us: 0.001, ms: 1, s: 1000 }[unit];
}

async function cannon(url, seconds, core) {
  const args = [autocannon, '--json', '--no-progress', '-c', String(connections), '-d', String(seconds), url];
  const result = JSON.parse(
    await run(...onCore(core, process.execPath, args), { stdio: ['ignore', 'pipe', 'ignore'] }),
  );
  if (result.errors + result.non2xx > 0) throw new Error(`${url}: ${result.errors} errors, ${result.non2xx} refusals`);
  return { requestsPerSecond: result.requests.average, p99Millis: result.latency.p99 };
}
