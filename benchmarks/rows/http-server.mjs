import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';

import { openTelemetry3Absent, openTelemetry3Versions } from '../contenders/opentelemetry-packages.mjs';
import { httpLoad, loadGenerator, onCore } from '../harness/http-load.mjs';
import { start, stop } from '../harness/processes.mjs';

const require = createRequire(import.meta.url);
const contenders = path.join(import.meta.dirname, '..', 'contenders', 'http-server');
const warmUpSeconds = 2;
const measuredSeconds = 5;
/** The server has the first core for itself, load and sink share the second one. */
const serverCore = 0;
const loadCore = 1;

const packages = ['@opentelemetry/sdk-trace-base', '@opentelemetry/instrumentation-http'];

/**
 * A server of node:http that answers a small JSON body, with 50 connections. Ours and OpenTelemetry's trace every request
 * and export every span to a sink over OTLP protobuf; `exportedShare` shows that they do.
 */
export const rows = [
  {
    name: 'http-server',
    unit: 'requests/s',
    better: 'more',
    contenders: {
      ours: () => measure('spanwise.mjs'),
      'async-local-storage': () => measure('async-local-storage.mjs'),
      opentelemetry: () => measure('opentelemetry.mjs', openTelemetry2Versions()),
      'opentelemetry-3': async () => {
        const absent = openTelemetry3Absent();
        return absent === undefined ? measure('opentelemetry-3.mjs', openTelemetry3Versions(...packages)) : { absent };
      },
    },
    bars: [
      { peer: 'async-local-storage', ratio: 1 / 0.8 },
      { peer: 'opentelemetry', ratio: 1 / 2.2 },
    ],
    notes: [`load by ${loadGenerator}`],
  },
];

async function measure(file, versions = {}) {
  const sink = await listening('sink.mjs', loadCore);
  const server = await listening(file, serverCore, { SINK_URL: `http://127.0.0.1:${sink.port}/v1/traces` });
  try {
    const url = `http://127.0.0.1:${server.port}/orders/42`;
    await httpLoad(url, warmUpSeconds, loadCore);
    await ask(server.child, { window: 'close' });
    await ask(sink.child, 'count');
    server.child.send({ window: 'open' });
    const { requestsPerSecond, p99Millis } = await httpLoad(url, measuredSeconds, loadCore);
    const { requests, ...cost } = await ask(server.child, { window: 'close' });
    const { spans } = await ask(sink.child, 'count');
    const exported = file === 'async-local-storage.mjs' ? {} : { exportedShare: spans / requests };
    return { value: requestsPerSecond, details: { p99Millis, ...cost, ...exported }, versions };
  } finally {
    await Promise.all([stop(server.child), stop(sink.child)]);
  }
}

async function listening(file, core, env = {}) {
  const command = onCore(core, process.execPath, [path.join(contenders, file)]);
  const child = start(...command, { stdio: ['ignore', 2, 2, 'ipc'], env: { ...process.env, ...env } });
  const [{ port }] = await Promise.race([once(child, 'message'), failed(child)]);
  return { child, port };
}

async function ask(child, question) {
  child.send(question);
  const [answer] = await Promise.race([once(child, 'message'), failed(child)]);
  return answer;
}

async function failed(child) {
  const [status, signal] = await once(child, 'exit');
  throw new Error(`${child.spawnargs.join(' ')} ended with ${signal ?? `status ${status}`}`);
}

function openTelemetry2Versions() {
  return Object.fromEntries(packages.map((name) => [name, require(`${name}/package.json`).version]));
}
